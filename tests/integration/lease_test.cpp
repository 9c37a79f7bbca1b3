// Leader election over a real Lease: never two, and a successor soon.
#include <gmock/gmock.h>

#include "integration/real_cluster.h"
#include "kube/lease.h"

namespace pawl::integration {
namespace {

using testing::Gt;
using testing::Lt;
namespace res = kube::resources;

constexpr kube::LeaseTimes kShort{Duration{3'000}, Duration{2'000}, Duration{500}};

class LeaseOnARealServer : public InNamespace {
 protected:
  std::unique_ptr<kube::Lease> candidate(const std::string& identity, std::function<void()> on_acquired = [] {}) {
    kube::LeaseOptions options{own_.key("leader"), identity, kShort, 7};
    kube::LeaseCallbacks callbacks;
    callbacks.acquired = [this, identity, on_acquired](int) {
      on_acquired();
      leaders_.put(identity);
    };
    callbacks.lost = [this, identity](const std::string&) { losers_.put(identity); };
    return std::make_unique<kube::Lease>(connect_as(), std::make_shared<SystemClock>(), options, callbacks);
  }
  void await_leader(const std::string& identity) {
    leaders_.await([&](const std::string& l) { return l == identity; }, identity + " leading");
  }
  [[nodiscard]] std::string stored(const char* field) const {
    const auto object = own_.client().get(res::kLeases, own_.key("leader"));
    return object ? object->at("spec").value(field, "") : object.error().message;
  }
  BootTime now() const { return clock_.boot(); }

  Mailbox<std::string> leaders_;
  Mailbox<std::string> losers_;
};

TEST_F(LeaseOnARealServer, OneOfTwoLeadsAndTheOtherFollowsARelease) {
  auto first = candidate("first");
  ASSERT_TRUE(first->start());
  await_leader("first");
  auto second = candidate("second");
  ASSERT_TRUE(second->start());
  EXPECT_TRUE(first->open());
  EXPECT_FALSE(second->open());
  EXPECT_EQ(stored("holderIdentity"), "first");
  const int epoch = first->epoch();
  const BootTime released = now();
  first->stop_and_release();
  EXPECT_FALSE(first->open());
  await_leader("second");
  EXPECT_THAT(now() - released, Lt(kShort.lease_duration)) << "a lease given back need not run out";
  EXPECT_THAT(second->epoch(), Gt(epoch));
  EXPECT_EQ(stored("holderIdentity"), "second");
  second->stop_and_release();
}

TEST_F(LeaseOnARealServer, ALeaderRenews) {
  Mailbox<std::string> renewals;
  kube::Informer<std::string> leases(
      {*own_.transport(), res::kLeases, own_.name(), "", "", clock_},
      [](const Json& object) { return Result<std::string>(object.at("spec").value("renewTime", "")); });
  leases.on_change([&](const kube::Meta&, const auto&, const auto& after) {
    if (after) renewals.put(*after);
  });
  std::jthread reader([&](std::stop_token stop) { leases.run(stop); });
  auto leader = candidate("leader");
  ASSERT_TRUE(leader->start());
  await_leader("leader");
  const std::string first = stored("renewTime");
  renewals.await([&](const std::string& at) { return at > first; }, "a renewal");
  EXPECT_TRUE(leader->open());
  leader->stop_and_release();
}

TEST_F(LeaseOnARealServer, AHungLeaderMayNotWriteAnyMoreWhenItsRivalLeads) {
  auto hung = candidate("hung");
  while (!hung->open()) hung->step();  // and never again
  bool both = true;
  auto rival = candidate("rival", [&] { both = hung->open(); });
  ASSERT_TRUE(rival->start());
  await_leader("rival");
  EXPECT_FALSE(both);
  rival->stop_and_release();
}

TEST_F(LeaseOnARealServer, AClosedGateKeepsAWriteFromTheServer) {
  const std::shared_ptr<kube::Lease> gate = candidate("never");
  const kube::Client client(own_.transport(), gate);
  const auto refused =
      client.create(res::kConfigMaps, own_.name(),
                    Json{{"apiVersion", "v1"}, {"kind", "ConfigMap"}, {"metadata", {{"name", "one"}}}});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::Cancelled);
  const auto object = own_.client().get(res::kConfigMaps, own_.key("one"));
  ASSERT_FALSE(object);
  EXPECT_EQ(object.error().kind, ErrorKind::NotFound);
}

}  // namespace
}  // namespace pawl::integration
