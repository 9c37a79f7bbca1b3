#include "scorer/failure_proposer.h"

#include <nlohmann/json.hpp>
#include <set>

#include "base/log.h"

namespace pawl::scorer {
namespace {

constexpr std::size_t kLabelMax = 63;

std::string place_of(const TakenBack& taken) { return taken.ns + "/" + taken.rollout; }

void tell_nothing(const TakenBack& taken) {
  log::warn(
      "nothing to propose as regression cases, unless it was done before a restart: no failure that it was taken back for is kept",
      {{"rollout", place_of(taken)}, {"revision", taken.revision}, {"reason", taken.reason}});
}

}  // namespace

Result<FailureProposer::Proposed> FailureProposer::propose(const TakenBack& taken) const {
  const auto object = proposal(taken, failures_(taken.agent, taken.digest.substr(0, kLabelMax)), grading_);
  if (!object) return Proposed::Nothing;
  const auto made = client_->create(kube::resources::kConfigMaps, taken.ns, *object);
  if (!made && made.error().kind != ErrorKind::Exists) return fail(made.error());
  if (made) {
    log::info("proposed as regression cases", {{"rollout", place_of(taken)},
                                               {"revision", taken.revision},
                                               {"object", (*object)["metadata"]["name"].get<std::string>()}});
  }
  return Proposed::There;
}

void FailureProposer::attend(Known& known, BootTime now) const {
  if (known.done || now < known.next_try) return;
  const auto proposed = propose(known.taken);
  known.done = proposed && *proposed == Proposed::There;
  if (known.done) return;
  if (!proposed) known.next_try = now + kRetry;
  if (known.told) return;
  if (!proposed) {
    log::warn("cannot propose regression cases; trying again while the revision is quarantined",
              {{"rollout", place_of(known.taken)}, {"reason", proposed.error().message}});
    known.told = true;
  } else if (now - known.since >= kPatience) {
    tell_nothing(known.taken);
    known.told = true;
  }
}

void FailureProposer::look(const std::vector<kube::Json>& rollouts, BootTime now) {
  std::set<std::string> still;
  for (TakenBack& taken : taken_back(rollouts)) {
    const std::string key = place_of(taken) + " " + taken.digest;
    still.insert(key);
    Known& known = known_.try_emplace(key, Known{taken, now, now}).first->second;
    if (!taken.record.empty()) known.taken = std::move(taken);
    attend(known, now);
  }
  // What left the rollout's list is forgotten here too.
  std::erase_if(known_, [&](const auto& entry) {
    if (still.contains(entry.first)) return false;
    if (!entry.second.done && !entry.second.told) tell_nothing(entry.second.taken);
    return true;
  });
}

}  // namespace pawl::scorer
