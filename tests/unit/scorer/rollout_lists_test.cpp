// Who follows the rollouts, when the API server does not answer.
#include "scorer/rollout_lists.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "support/memory_api.h"

namespace pawl::scorer {
namespace {

TEST(RolloutLists, AListThatIsRefusedIsMadeAgainAndOnlyAWholeOneIsTold) {
  const auto api = std::make_shared<test::MemoryApi>();
  api->put(kube::resources::kAgentRollouts, "shop", "support", {{"spec", {{"agent", "support"}}}});
  api->unreadable = "/apis/pawl.dev/v1alpha1/agentrollouts";
  api->before = [&](const kube::HttpRequest&) {
    if (api->requests.size() == 3) api->unreadable.clear();
  };
  std::stop_source stop;
  std::vector<std::size_t> told;
  RolloutLists(std::make_shared<const kube::Client>(api), "", Duration{1})
      .follow(
          "a test",
          [&](const std::vector<kube::Json>& rollouts) {
            told.push_back(rollouts.size());
            stop.request_stop();
          },
          stop.get_token());
  EXPECT_EQ(told, std::vector<std::size_t>{1});
  EXPECT_EQ(api->requests.size(), 3U);
}

}  // namespace
}  // namespace pawl::scorer
