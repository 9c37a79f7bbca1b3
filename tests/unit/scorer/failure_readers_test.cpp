#include "scorer/failure_readers.h"

#include <gtest/gtest.h>

namespace pawl::scorer {
namespace {

constexpr const char* kProposer = "system:serviceaccount:agents:proposer";

std::shared_ptr<SenderIdentity> identities() {
  return StaticIdentity::from_yaml(
             "p: {account: 'system:serviceaccount:agents:proposer'}\n"
             "a: {account: 'system:serviceaccount:agents:support-bot', agent: support-bot, revision: abc}\n"
             "s: {agent: support-bot, revision: abc}\n")
      .value();
}

class Unreachable final : public SenderIdentity {
 public:
  Result<Sender> identify(const std::string&) override { return fail(ErrorKind::Unavailable, "no route"); }
  Result<std::string> account(const std::string&) override { return fail(ErrorKind::Unavailable, "no route"); }
};

TEST(FailureReaders, LetsReadWhomItWasToldOf) {
  EXPECT_FALSE(FailureReaders(identities(), {kProposer}).refuse("Bearer p"));
}

TEST(FailureReaders, TellsOthersWhoTheyAreAndWhatWouldLetThemRead) {
  const auto agent = FailureReaders(identities(), {kProposer}).refuse("Bearer a");
  ASSERT_TRUE(agent);
  EXPECT_EQ(agent->status, 403);
  EXPECT_NE(agent->body.find("--failure-reader=system:serviceaccount:agents:support-bot"), std::string::npos);
  const auto nobody_may = FailureReaders(identities(), {}).refuse("Bearer p");
  ASSERT_TRUE(nobody_may);
  EXPECT_EQ(nobody_may->status, 403);
}

TEST(FailureReaders, TellsWhoShowsNoGoodTokenHowToGetOne) {
  const FailureReaders readers(identities(), {kProposer, ""});
  for (const char* header : {"", "Basic p", "Bearer ", "Bearer unknown", "Bearer s"}) {
    const auto refused = readers.refuse(header);
    ASSERT_TRUE(refused) << header;
    EXPECT_EQ(refused->status, 401) << header;
    EXPECT_NE(refused->body.find("kubectl create token NAME --audience=pawl-scorer"), std::string::npos) << header;
  }
}

TEST(FailureReaders, RefusesWhileNobodyCanBeAsked) {
  const auto refused = FailureReaders(std::make_shared<Unreachable>(), {kProposer}).refuse("Bearer p");
  ASSERT_TRUE(refused);
  EXPECT_EQ(refused->status, 503);
}

}  // namespace
}  // namespace pawl::scorer
