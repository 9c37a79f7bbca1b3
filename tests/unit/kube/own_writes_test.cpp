#include "kube/own_writes.h"

#include <gtest/gtest.h>

namespace pawl::kube {
namespace {

using std::chrono::seconds;

struct FakeCache final : CacheState {
  [[nodiscard]] std::optional<Meta> meta(const ObjectKey& key) const override {
    if (!object || object->key != key) return std::nullopt;
    return object;
  }
  [[nodiscard]] std::string last_resource_version() const override { return version; }
  [[nodiscard]] std::uint64_t epoch() const override { return current_epoch; }

  std::optional<Meta> object;
  std::string version = "10";
  std::uint64_t current_epoch = 0;
};

class OwnWritesTest : public testing::Test {
 protected:
  OwnWritesTest() {
    writes.observe(resources::kHttpRoutes, cache);
    cache.object = Meta{route, "u1", "10"};
  }
  void wrote(const std::string& version, const std::string& uid = "u1") {
    writes.wrote("key", resources::kHttpRoutes, route, uid, version, now);
  }
  Freshness fresh() { return writes.fresh("key", now); }

  const ObjectKey route{"ns", "route"};
  FakeCache cache;
  OwnWrites writes;
  BootTime now = seconds{100};
};

TEST_F(OwnWritesTest, IsFreshWithoutAnyWrite) { EXPECT_EQ(fresh(), Freshness::Fresh); }

TEST_F(OwnWritesTest, IsStaleUntilTheCacheShowsTheWrittenVersion) {
  wrote("20");
  EXPECT_EQ(fresh(), Freshness::Stale);
  EXPECT_EQ(writes.fresh("other key", now), Freshness::Fresh);
  cache.object->resource_version = "20";
  EXPECT_EQ(fresh(), Freshness::Fresh);
  EXPECT_EQ(writes.size(), 0U);
}

TEST_F(OwnWritesTest, ComparesVersionsAsNumbers) {
  cache.object->resource_version = cache.version = "9";
  wrote("10");
  EXPECT_EQ(fresh(), Freshness::Stale);
  cache.object->resource_version = "100";
  EXPECT_EQ(fresh(), Freshness::Fresh);
}

TEST_F(OwnWritesTest, IsFreshOnceTheWholeCacheHasPassedTheVersionThoughTheObjectIsGone) {
  wrote("20");
  cache.object.reset();
  EXPECT_EQ(fresh(), Freshness::Stale);
  cache.version = "21";
  EXPECT_EQ(fresh(), Freshness::Fresh);
}

TEST_F(OwnWritesTest, WaitsForAnObjectMadeAgainUnderAnOldName) {
  wrote("20", "u2");
  EXPECT_EQ(fresh(), Freshness::Stale);
  cache.object = Meta{route, "u2", "20"};
  EXPECT_EQ(fresh(), Freshness::Fresh);
}

TEST_F(OwnWritesTest, IsFreshWhenSomeoneElseReplacedTheObjectAfterUs) {
  wrote("20");
  cache.object = Meta{route, "u9", "25"};
  EXPECT_EQ(fresh(), Freshness::Fresh);
}

TEST_F(OwnWritesTest, KeepsTheNewestOfTwoWritesWhateverOrderTheyAreTold) {
  wrote("30");
  wrote("20");
  cache.object->resource_version = "20";
  EXPECT_EQ(fresh(), Freshness::Stale);
}

TEST_F(OwnWritesTest, WaitsForEveryObjectWritten) {
  wrote("20");
  writes.wrote("key", resources::kHttpRoutes, {"ns", "second"}, "u5", "21", now);
  cache.object->resource_version = "20";
  EXPECT_EQ(fresh(), Freshness::Stale);
  cache.version = "21";
  EXPECT_EQ(fresh(), Freshness::Fresh);
}

TEST_F(OwnWritesTest, AsksForOneLiveReadAfterTenSeconds) {
  wrote("20");
  now += seconds{9};
  EXPECT_EQ(fresh(), Freshness::Stale);
  now += seconds{1};
  EXPECT_EQ(fresh(), Freshness::ReadLive);
  EXPECT_EQ(fresh(), Freshness::Fresh);
}

TEST_F(OwnWritesTest, AsksForOneLiveReadAfterAnUnknownOutcome) {
  writes.unknown("key");
  EXPECT_EQ(fresh(), Freshness::ReadLive);
  EXPECT_EQ(fresh(), Freshness::Fresh);
}

TEST_F(OwnWritesTest, WaitsForNothingAfterANewEpochOrWithAVersionThatIsNoNumber) {
  wrote("20");
  cache.current_epoch = 1;
  EXPECT_EQ(fresh(), Freshness::Fresh);
  wrote("abc");
  EXPECT_EQ(fresh(), Freshness::Fresh);
  writes.wrote("key", resources::kPods, {"ns", "p"}, "u", "99", now);
  EXPECT_EQ(fresh(), Freshness::Fresh);
}

TEST_F(OwnWritesTest, ForgetsAKeyThatIsGone) {
  wrote("20");
  writes.forget("key");
  EXPECT_EQ(fresh(), Freshness::Fresh);
  EXPECT_EQ(writes.size(), 0U);
}

}  // namespace
}  // namespace pawl::kube
