#include "kube/lease.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "support/canned_transport.h"
#include "support/manual_clock.h"

namespace pawl::kube {
namespace {

/// One lease as an API server keeps it: versions, conflicts, and answers that get lost.
struct LeaseStore {
  Json object;  // null: no lease
  int version = 0;
  bool down = false;
  bool lose_answers = false;

  Result<HttpResponse> answer(const HttpRequest& request) {
    if (down) return fail(ErrorKind::Unavailable, "down");
    if (request.method == Method::Get) return object.is_null() ? missing() : HttpResponse{200, object.dump(), {}};
    Json body = Json::parse(request.body);
    if (request.method == Method::Post && !object.is_null()) return refusal("AlreadyExists");
    if (request.method == Method::Put && object.is_null()) return missing();
    if (request.method == Method::Put && body["metadata"]["resourceVersion"] != object["metadata"]["resourceVersion"]) {
      return refusal("Conflict");
    }
    body["metadata"]["resourceVersion"] = std::to_string(++version);
    object = body;
    if (lose_answers) return fail(ErrorKind::Unknown, "answer lost");
    return HttpResponse{request.method == Method::Post ? 201 : 200, object.dump(), {}};
  }
  static HttpResponse missing() {
    return {404, R"({"kind":"Status","code":404,"reason":"NotFound","message":"leases \"l\" not found"})", {}};
  }
  static HttpResponse refusal(const std::string& reason) {
    return {409, Json{{"kind", "Status"}, {"code", 409}, {"reason", reason}}.dump(), {}};
  }
  [[nodiscard]] std::string holder() const { return object["spec"]["holderIdentity"].get<std::string>(); }
};

class LeaseTest : public ::testing::Test {
 protected:
  LeaseTest() {
    transport->otherwise([this](const HttpRequest& request) { return store.answer(request); });
  }
  std::unique_ptr<Lease> candidate(const std::string& identity) {
    LeaseCallbacks callbacks;
    callbacks.acquired = [this](int) { ++acquired; };
    callbacks.lost = [this](const std::string& why) { ++lost, reason = why; };
    return std::make_unique<Lease>(transport, clock, LeaseOptions{{"a", "l"}, identity, {}, 1}, callbacks);
  }
  /// Lets the election run for `length` of manual time.
  void run(Lease& lease, Duration length) {
    const BootTime end = clock->boot() + length;
    for (int steps = 0; clock->boot() < end && steps < 1000; ++steps) {
      const BootTime left = end - clock->boot();
      clock->advance(std::min(lease.step(), std::chrono::ceil<Duration>(left)));
    }
  }

  LeaseStore store;
  std::shared_ptr<test::CannedTransport> transport = std::make_shared<test::CannedTransport>();
  std::shared_ptr<test::ManualClock> clock = std::make_shared<test::ManualClock>();
  int acquired = 0;
  int lost = 0;
  std::string reason;
};

TEST_F(LeaseTest, IsClosedUntilTheLeaseIsHeld) {
  const auto lease = candidate("me");
  EXPECT_FALSE(lease->open());
  run(*lease, Duration{100});
  EXPECT_TRUE(lease->open());
  EXPECT_EQ(acquired, 1);
  EXPECT_EQ(store.holder(), "me");
  EXPECT_LE(*lease->remaining(), Duration{10'000});
}

TEST_F(LeaseTest, StaysOpenWhileItRenews) {
  const auto lease = candidate("me");
  run(*lease, Duration{120'000});
  EXPECT_TRUE(lease->open());
  EXPECT_EQ(acquired, 1);
  EXPECT_GE(store.version, 50);
}

TEST_F(LeaseTest, ClosesByTheClockAloneEvenWhenItsThreadHangs) {
  const auto lease = candidate("me");
  run(*lease, Duration{10});
  clock->advance(*lease->remaining());
  clock->advance(Duration{1});
  EXPECT_FALSE(lease->open());
  EXPECT_EQ(lease->remaining(), Duration{0});
}

TEST_F(LeaseTest, IsLostOnceWhenTheServerIsAwayTooLong) {
  const auto lease = candidate("me");
  run(*lease, Duration{10});
  store.down = true;
  run(*lease, Duration{9'000});
  EXPECT_TRUE(lease->open());
  EXPECT_EQ(lost, 0);
  run(*lease, Duration{2'000});
  EXPECT_FALSE(lease->open());
  EXPECT_EQ(lost, 1);
  EXPECT_EQ(reason, "down");
  store.down = false;
  const std::size_t before = transport->requests.size();
  run(*lease, Duration{60'000});
  EXPECT_EQ(transport->requests.size(), before) << "a lost lease is not tried again by the same process";
}

TEST_F(LeaseTest, SurvivesAnOutageShorterThanItsDeadline) {
  const auto lease = candidate("me");
  run(*lease, Duration{10});
  store.down = true;
  run(*lease, Duration{7'000});
  store.down = false;
  run(*lease, Duration{20'000});
  EXPECT_TRUE(lease->open());
  EXPECT_EQ(lost, 0);
}

TEST_F(LeaseTest, KeepsLeadingWhenTheAnswersOfItsRenewalsAreLost) {
  const auto lease = candidate("me");
  run(*lease, Duration{10});
  store.lose_answers = true;
  run(*lease, Duration{3'000});
  store.lose_answers = false;
  run(*lease, Duration{5'000});
  EXPECT_TRUE(lease->open());
  EXPECT_EQ(lost, 0);
  EXPECT_EQ(lease->epoch(), 0) << "it is still the same term";
}

TEST_F(LeaseTest, DoesNotCareAboutJumpsOfTheWallClock) {
  const auto lease = candidate("me");
  const auto rival = candidate("rival");
  run(*lease, Duration{10});
  for (const Duration jump : {Duration{3'600'000}, Duration{-7'200'000}}) {
    clock->jump_wall(jump);
    run(*rival, Duration{1});
    run(*lease, Duration{4'000});
    EXPECT_TRUE(lease->open());
    EXPECT_FALSE(rival->open());
  }
}

TEST_F(LeaseTest, LetsARivalInOnlyAfterItsOwnGateHasClosed) {
  const auto lease = candidate("me");
  const auto rival = candidate("rival");
  run(*lease, Duration{10});
  for (int i = 0; i < 200 && !rival->open(); ++i) {
    run(*rival, Duration{100});
    EXPECT_FALSE(rival->open() && lease->open());
  }
  EXPECT_TRUE(rival->open());
  EXPECT_EQ(rival->epoch(), 1);
}

TEST_F(LeaseTest, GivesTheLeaseBackWhenItStops) {
  const auto lease = candidate("me");
  run(*lease, Duration{10});
  lease->stop_and_release();
  EXPECT_FALSE(lease->open());
  EXPECT_EQ(store.holder(), "");
  const auto next = candidate("next");
  run(*next, Duration{10});
  EXPECT_TRUE(next->open());
  EXPECT_EQ(next->epoch(), 1);
}

TEST_F(LeaseTest, ReleasesAlsoAfterARenewalWhoseAnswerWasLost) {
  const auto lease = candidate("me");
  run(*lease, Duration{10});
  store.lose_answers = true;
  run(*lease, Duration{2'000});
  store.lose_answers = false;
  lease->stop_and_release();
  EXPECT_EQ(store.holder(), "");
}

TEST_F(LeaseTest, NeverReleasesTheLeaseOfAnother) {
  const auto lease = candidate("me");
  const auto rival = candidate("rival");
  run(*rival, Duration{10});
  run(*lease, Duration{100});
  lease->stop_and_release();
  EXPECT_EQ(store.holder(), "rival");
}

TEST_F(LeaseTest, WaitsForAnAnswerNoLongerThanItsRightToWrite) {
  const auto lease = candidate("me");
  run(*lease, Duration{10});
  store.down = true;
  run(*lease, Duration{9'000});
  EXPECT_LE(transport->requests.back().timeout, Duration{2'100});
  EXPECT_EQ(transport->requests.back().user_agent_suffix, "leader-election");
}

TEST_F(LeaseTest, RunsOnItsOwnThread) {
  const auto lease = candidate("me");
  ASSERT_TRUE(lease->start());
  for (int i = 0; i < 2000 && !lease->open(); ++i) std::this_thread::sleep_for(Duration{1});
  EXPECT_TRUE(lease->open());
  lease->stop_and_release();
  EXPECT_EQ(store.holder(), "");
}

TEST(LeaseIdentity, DiffersForEveryCall) { EXPECT_NE(make_lease_identity(), make_lease_identity()); }

}  // namespace
}  // namespace pawl::kube
