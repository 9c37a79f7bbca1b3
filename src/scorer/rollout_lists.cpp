#include "scorer/rollout_lists.h"

#include <utility>

#include <nlohmann/json.hpp>

#include "base/log.h"
#include "runtime/pause.h"

namespace pawl::scorer {

Result<std::vector<kube::Json>> RolloutLists::list(const std::stop_token& stop) const {
  std::vector<kube::Json> all;
  kube::ListOptions options;
  options.ns = ns_;
  do {
    auto page = client_->list(kube::resources::kAgentRollouts, options, stop);
    if (!page) return fail(page.error().during("listing rollouts"));
    for (kube::Json& item : page->items) all.push_back(std::move(item));
    options.continue_token = page->continue_token;
  } while (!options.continue_token.empty());
  return all;
}

void RolloutLists::follow(const std::string& whom, const OnList& on_list, const std::stop_token& stop) const {
  bool failing = false;
  while (!stop.stop_requested()) {
    const auto rollouts = list(stop);
    if (rollouts) on_list(*rollouts);
    if (!rollouts && !failing && !stop.stop_requested()) {
      log::warn("cannot read the rollouts", {{"for", whom}, {"reason", rollouts.error().message}});
    }
    failing = !rollouts;
    runtime::pause(every_, stop);
  }
}

}  // namespace pawl::scorer
