#include "scorer/failure_proposer.h"

#include <nlohmann/json.hpp>

#include "base/log.h"

namespace pawl::scorer {
namespace {

constexpr std::size_t kLabelMax = 63;

}  // namespace

Status FailureProposer::propose(const TakenBack& taken) const {
  const auto object = proposal(taken, failures_(taken.agent, taken.digest.substr(0, kLabelMax)), grading_);
  if (!object) return {};
  const auto made = client_->create(kube::resources::kConfigMaps, taken.ns, *object);
  if (made) {
    log::info("proposed as regression cases", {{"rollout", taken.ns + "/" + taken.rollout},
                                               {"revision", taken.revision},
                                               {"object", (*object)["metadata"]["name"].get<std::string>()}});
  }
  const bool there = !made && made.error().kind == ErrorKind::Exists;
  return made || there ? Status() : Status(fail(made.error()));
}

void FailureProposer::look(const std::vector<kube::Json>& rollouts) {
  std::set<std::string> still;
  for (const TakenBack& taken : taken_back(rollouts)) {
    const std::string key = taken.ns + "/" + taken.rollout + " " + taken.digest;
    still.insert(key);
    if (done_.contains(key)) continue;
    const auto proposed = propose(taken);
    if (proposed) {
      done_.insert(key);
    } else if (failing_.insert(key).second) {
      log::warn("cannot propose regression cases",
                {{"rollout", taken.ns + "/" + taken.rollout}, {"reason", proposed.error().message}});
    }
  }
  // What left the rollout's list is forgotten here too.
  std::erase_if(done_, [&](const std::string& key) { return !still.contains(key); });
  std::erase_if(failing_, [&](const std::string& key) { return !still.contains(key) || done_.contains(key); });
}

}  // namespace pawl::scorer
