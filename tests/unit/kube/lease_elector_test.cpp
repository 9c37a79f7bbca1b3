#include "kube/lease_elector.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace pawl::kube {
namespace {

using std::chrono::seconds;
using Kind = LeaseStep::Kind;

class LeaseElectorTest : public ::testing::Test {
 protected:
  LeaseStep decide() { return elector.decide(now, wall); }
  static LeaseRecord held_by(const std::string& holder, const std::string& version) {
    return {holder, 15, "2026-11-24T00:00:00.000000Z", "2026-11-24T00:00:00.000000Z", 3, version};
  }
  void read(const Result<LeaseRecord>& answer) {
    ASSERT_EQ(decide().kind, Kind::Read);
    elector.on_read(answer, now);
  }
  /// The server accepts what the elector wants to write.
  void accept(const std::string& version) {
    LeaseStep step = decide();
    ASSERT_TRUE(step.kind == Kind::Update || step.kind == Kind::Create);
    step.record.resource_version = version;
    elector.on_write(step.record, now, now);
  }
  void lead() {
    read(fail(ErrorKind::NotFound, ""));
    accept("1");
    ASSERT_TRUE(elector.leading());
    ASSERT_EQ(decide().kind, Kind::Wait);
  }

  BootTime now = seconds{1000};
  Instant wall{Duration{1'795'489'632'250}};
  LeaseElector elector{LeaseTimes{}, "me", Random(7)};
};

TEST_F(LeaseElectorTest, CreatesALeaseThatIsNotThere) {
  read(fail(ErrorKind::NotFound, ""));
  const LeaseStep step = decide();
  EXPECT_EQ(step.kind, Kind::Create);
  EXPECT_EQ(step.record.holder, "me");
  EXPECT_EQ(step.record.duration_seconds, 15);
  EXPECT_EQ(step.record.renew_time, "2026-11-24T03:07:12.250000Z");
}

TEST_F(LeaseElectorTest, WaitsWhileAnotherHolderRenewsHoweverLong) {
  for (int i = 0; i < 50; ++i) {
    read(held_by("other", std::to_string(i)));
    const LeaseStep step = decide();
    ASSERT_EQ(step.kind, Kind::Wait);
    EXPECT_GE(step.wait, Duration{2'000});
    EXPECT_LT(step.wait, Duration{4'400});
    now += step.wait;
  }
  EXPECT_FALSE(elector.leading());
}

TEST_F(LeaseElectorTest, TakesOverALeaseThatDidNotChangeForItsDuration) {
  read(held_by("other", "5"));
  EXPECT_EQ(decide().kind, Kind::Wait);
  now += seconds{15} - BootTime{1};
  read(held_by("other", "5"));
  EXPECT_EQ(decide().kind, Kind::Wait);
  now += BootTime{1};
  read(held_by("other", "5"));
  const LeaseStep step = decide();
  EXPECT_EQ(step.kind, Kind::Update);
  EXPECT_EQ(step.record.transitions, 4);
  EXPECT_EQ(step.record.resource_version, "5");
}

TEST_F(LeaseElectorTest, IgnoresTheWallClockOfBothSides) {
  LeaseRecord ancient = held_by("other", "5");
  ancient.renew_time = "1999-01-01T00:00:00.000000Z";
  read(ancient);
  wall += std::chrono::hours{24 * 365};
  EXPECT_EQ(decide().kind, Kind::Wait);
  EXPECT_FALSE(elector.leading());
}

TEST_F(LeaseElectorTest, TakesAReleasedLeaseAtOnce) {
  read(held_by("", "5"));
  EXPECT_EQ(decide().kind, Kind::Update);
}

TEST_F(LeaseElectorTest, RenewsFromMemoryAndKeepsItsTerm) {
  lead();
  now += seconds{2};
  wall += seconds{2};
  const LeaseStep step = decide();
  EXPECT_EQ(step.kind, Kind::Update);
  EXPECT_EQ(step.record.resource_version, "1");
  EXPECT_EQ(step.record.transitions, 0);
  EXPECT_EQ(step.record.acquire_time, "2026-11-24T03:07:12.250000Z");
  EXPECT_EQ(step.record.renew_time, "2026-11-24T03:07:14.250000Z");
}

TEST_F(LeaseElectorTest, CountsItsRightToWriteFromWhenTheRenewalWasSent) {
  lead();
  const BootTime sent = now;
  now += seconds{4};
  elector.on_write(held_by("me", "2"), sent, now);
  EXPECT_EQ(elector.valid_until(), sent + seconds{10});
}

TEST_F(LeaseElectorTest, IsLostForGoodWhenRenewalsFailTooLong) {
  lead();
  const BootTime end = elector.valid_until();
  while (now < end) {
    const LeaseStep step = decide();
    ASSERT_NE(step.kind, Kind::Lost);
    if (step.kind == Kind::Update) elector.on_write(fail(ErrorKind::Unavailable, "down"), now, now);
    if (step.kind == Kind::Wait) now += step.wait;
  }
  EXPECT_EQ(now, end) << "the loss is noticed when the right ends, not later";
  EXPECT_EQ(decide().kind, Kind::Lost);
  now -= seconds{5};
  EXPECT_EQ(decide().kind, Kind::Lost);
}

TEST_F(LeaseElectorTest, KeepsLeadingWhenAConflictTurnsOutToBeItsOwnWrite) {
  lead();
  now += seconds{2};
  ASSERT_EQ(decide().kind, Kind::Update);
  elector.on_write(fail(ErrorKind::Unknown, "answer lost"), now, now);
  now += decide().wait;
  ASSERT_EQ(decide().kind, Kind::Update);
  elector.on_write(fail(ErrorKind::Conflict, ""), now, now);
  read(held_by("me", "2"));
  const LeaseStep again = decide();
  EXPECT_EQ(again.kind, Kind::Update);
  EXPECT_EQ(again.record.resource_version, "2");
  EXPECT_EQ(again.record.transitions, 3);
  EXPECT_TRUE(elector.leading());
}

TEST_F(LeaseElectorTest, IsLostAtOnceWhenAConflictShowsAnotherHolderOrNoLease) {
  lead();
  LeaseElector other = elector;
  elector.on_write(fail(ErrorKind::Conflict, ""), now, now);
  read(held_by("other", "2"));
  EXPECT_EQ(decide().kind, Kind::Lost);
  elector = other;
  elector.on_write(fail(ErrorKind::NotFound, ""), now, now);
  read(fail(ErrorKind::NotFound, ""));
  EXPECT_EQ(decide().kind, Kind::Lost);
}

TEST_F(LeaseElectorTest, DoesNotAnswerAStormOfConflictsWithAStorm) {
  read(held_by("", "1"));
  int requests = 0;
  LeaseStep step = decide();
  for (; step.kind != Kind::Wait && requests < 100; step = decide(), ++requests) {
    if (step.kind == Kind::Read) elector.on_read(held_by("", "1"), now);
    if (step.kind == Kind::Update) elector.on_write(fail(ErrorKind::Conflict, ""), now, now);
  }
  EXPECT_LE(requests, 4);
}

TEST_F(LeaseElectorTest, WaitsBeforeReadingAgainAfterAFailedRead) {
  read(fail(ErrorKind::Unavailable, "down"));
  EXPECT_EQ(decide().kind, Kind::Wait);
  EXPECT_EQ(decide().kind, Kind::Read);
}

TEST(LeaseTimes, MustLeaveAMargin) {
  EXPECT_TRUE(check_lease_times(LeaseTimes{}));
  EXPECT_FALSE(check_lease_times({Duration{10'000}, Duration{10'000}, Duration{2'000}}));
  EXPECT_FALSE(check_lease_times({Duration{15'000}, Duration{2'400}, Duration{2'000}}));
  EXPECT_FALSE(check_lease_times({Duration{15'500}, Duration{10'000}, Duration{2'000}}));
  EXPECT_FALSE(check_lease_times({Duration{15'000}, Duration{10'000}, Duration{0}}));
}

TEST(LeaseRecord, SurvivesARoundTrip) {
  const LeaseRecord record{"me", 15, "2026-11-24T00:00:00.000000Z", "2026-11-24T00:00:01.000000Z", 2, "9"};
  EXPECT_EQ(*parse_lease(lease_object({"a", "b"}, record)), record);
}

TEST(LeaseRecord, IsMalformedWithoutAResourceVersion) {
  EXPECT_EQ(parse_lease(nlohmann::json::parse(R"({"metadata":{}})")).error().kind, ErrorKind::Malformed);
  EXPECT_EQ(parse_lease(nlohmann::json(7)).error().kind, ErrorKind::Malformed);
}

}  // namespace
}  // namespace pawl::kube
