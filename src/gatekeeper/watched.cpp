#include "gatekeeper/watched.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "gatekeeper/request.h"
#include "gatekeeper/suite_store.h"

namespace pawl::gatekeeper {
namespace {

constexpr const char* kRollout = "rollout/";
constexpr const char* kSuite = "suite/";

/// A rollout that cannot be read waits for nothing here; when it is its turn the reason is told.
Result<WaitingRollout> decode_waiting(const Json& rollout) {
  const auto request = read_request({}, rollout);
  if (!request || !*request) return WaitingRollout{};
  return WaitingRollout{(*request)->spec.gate.suites};
}

kube::InformerOptions options(kube::Transport& transport, const Clock& clock, const std::string& ns,
                              const kube::Resource& resource, std::uint64_t seed) {
  return {.transport = transport,
          .resource = resource,
          .ns = ns,
          .label_selector = "",
          .field_selector = "",
          .clock = clock,
          .seed = seed};
}

}  // namespace

std::string queue_key(Kind kind, const kube::ObjectKey& object) {
  return (kind == Kind::Rollout ? kRollout : kSuite) + object.ns + "/" + object.name;
}

Looked read_queue_key(const std::string& key) {
  const std::size_t ns = key.find('/') + 1;
  const std::size_t name = key.find('/', ns) + 1;
  return {key.starts_with(kSuite) ? Kind::Suite : Kind::Rollout, {key.substr(ns, name - 1 - ns), key.substr(name)}};
}

Watched::Watched(kube::Transport& transport, const Clock& clock, const std::string& ns, std::uint64_t seed,
                 runtime::WorkQueue& queue)
    : rollouts(options(transport, clock, ns, kube::resources::kAgentRollouts, seed), decode_waiting),
      suites(options(transport, clock, ns, kEvalSuites, seed + 1),
             [](const Json&) { return Result<ChangedSuite>(ChangedSuite{}); }),
      queue_(queue) {
  rollouts.on_change([this](const kube::Meta& meta, const auto&, const auto& after) {
    if (after) queue_.add(queue_key(Kind::Rollout, meta.key));
  });
  suites.on_change([this](const kube::Meta& meta, const auto&, const auto& after) {
    if (after) queue_.add(queue_key(Kind::Suite, meta.key));
    queue_who_waits_for(meta.key);
  });
}

void Watched::queue_who_waits_for(const kube::ObjectKey& suite) const {
  rollouts.each([&](const kube::ObjectKey& rollout, const WaitingRollout& waiting) {
    const bool asks = rollout.ns == suite.ns && std::ranges::count(waiting.suites, suite.name) > 0;
    if (asks) queue_.add(queue_key(Kind::Rollout, rollout));
  });
}

}  // namespace pawl::gatekeeper
