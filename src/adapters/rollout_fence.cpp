#include "adapters/rollout_fence.h"

#include <nlohmann/json.hpp>

#include "kube/meta.h"

namespace pawl::adapters {
namespace {

namespace res = kube::resources;

std::string text_key(const ports::RolloutKey& key) { return key.ns + "/" + key.name; }

tl::unexpected<Error> conflict(std::string message) { return fail(ErrorKind::Conflict, std::move(message)); }

}  // namespace

RolloutFence::RolloutFence(const kube::Client& client, ClusterView& view, const Clock& clock)
    : client_(client), view_(view), clock_(clock) {
  own_writes_.with([&](kube::OwnWrites& writes) {
    writes.observe(res::kAgentRollouts, view_.rollouts);
    writes.observe(res::kDeployments, view_.deployments);
    writes.observe(res::kServices, view_.services);
    writes.observe(res::kHttpRoutes, view_.routes);
    writes.observe(res::kAgentRevisions, view_.revisions);
  });
}

Status RolloutFence::may_observe(const ports::RolloutKey& key) {
  switch (own_writes_.with([&](kube::OwnWrites& w) { return w.fresh(text_key(key), clock_.boot()); })) {
    case kube::Freshness::Stale:
      return conflict("the copy does not show our last write yet");
    case kube::Freshness::ReadLive:
      if (auto same = same_as_live(key); !same) {
        // Asking once was not enough: the next look asks again.
        own_writes_.with([&](kube::OwnWrites& w) { w.unknown(text_key(key)); });
        return same;
      }
      break;
    case kube::Freshness::Fresh:
      break;
  }
  written_.with([&](Versions& all) { all.erase(key); });
  return {};
}

Status RolloutFence::same_as_live(const ports::RolloutKey& key) {
  const auto copy = view_.rollouts.meta({key.ns, key.name});
  const auto live = client_.get(res::kAgentRollouts, {key.ns, key.name});
  if (!live && live.error().kind == ErrorKind::NotFound) {
    return copy ? Status(conflict("the copy still shows a rollout that is gone")) : Status{};
  }
  if (!live) return fail(live.error());
  if (copy && kube::meta_of(*live).resource_version == copy->resource_version) return {};
  return conflict("the copy is not the live rollout yet");
}

Result<Json> RolloutFence::wrote(const ports::RolloutKey& key, const kube::Resource& resource, Result<Json> answer) {
  if (answer) {
    const kube::Meta meta = kube::meta_of(*answer);
    own_writes_.with([&](kube::OwnWrites& w) {
      w.wrote(text_key(key), resource, meta.key, meta.uid, meta.resource_version, clock_.boot());
    });
    if (resource == res::kAgentRollouts) written_.with([&](Versions& all) { all[key] = meta.resource_version; });
  } else if (answer.error().kind == ErrorKind::Unknown) {
    own_writes_.with([&](kube::OwnWrites& w) { w.unknown(text_key(key)); });
  }
  return answer;
}

std::optional<std::string> RolloutFence::written(const ports::RolloutKey& key) const {
  return written_.with([&](const Versions& all) {
    const auto it = all.find(key);
    return it == all.end() ? std::optional<std::string>{} : std::optional<std::string>(it->second);
  });
}

Status RolloutFence::unchanged(const ports::RolloutKey& key, const std::string& seen_version) const {
  const auto copy = view_.rollouts.meta({key.ns, key.name});
  if (!copy) return conflict("the rollout is gone");
  if (copy->resource_version == seen_version) return {};  // what we wrote since may not have come back yet
  return is_current(key, seen_version, copy->resource_version);
}

Status RolloutFence::unchanged_live(const ports::RolloutKey& key, const std::string& seen_version) const {
  const auto live = client_.get(res::kAgentRollouts, {key.ns, key.name});
  if (!live && live.error().kind == ErrorKind::NotFound) return conflict("the rollout is gone");
  if (!live) return fail(live.error().during("comparing with the live rollout"));
  return is_current(key, seen_version, kube::meta_of(*live).resource_version);
}

Status RolloutFence::is_current(const ports::RolloutKey& key, const std::string& seen_version,
                                const std::string& version) const {
  if (version == written(key).value_or(seen_version)) return {};
  return conflict("the rollout changed since it was read");
}

void RolloutFence::forget(const ports::RolloutKey& key) {
  own_writes_.with([&](kube::OwnWrites& w) { w.forget(text_key(key)); });
  written_.with([&](Versions& all) { all.erase(key); });
}

}  // namespace pawl::adapters
