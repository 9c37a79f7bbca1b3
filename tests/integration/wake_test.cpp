// Which changes of the cluster wake a rollout. The caches are filled by threads of their own, in any order: a change
// that wakes nobody is one that a rollout may wait for until something else happens.
#include <gmock/gmock.h>

#include "adapters/cluster_view.h"
#include "integration/real_cluster.h"

namespace pawl::integration {
namespace {

namespace res = kube::resources;

Json labelled(const char* kind, const char* api_version, const std::string& name) {
  return {{"apiVersion", api_version},
          {"kind", kind},
          {"metadata",
           {{"name", name},
            {"labels",
             {{adapters::kManagedBy, "pawl"}, {adapters::kRolloutLabel, "bot"}, {adapters::kRevisionLabel, "d1"}}}}}};
}

class ARolloutIsWoken : public InNamespace {
 protected:
  void start(kube::InformerBase& informer) {
    view_.on_change([this](const ports::RolloutKey& key) { woken_.put(key.name); });
    reader_ = std::jthread([&informer](std::stop_token stop) { informer.run(stop); });
    ASSERT_TRUE(informer.wait_synced({}, kPatience));
  }
  void expect_woken_by_making(const kube::Resource& resource, const Json& object) {
    const auto made = own_.client().create(resource, own_.name(), object);
    ASSERT_TRUE(made) << made.error().message;
    woken_.await([](const std::string& rollout) { return rollout == "bot"; }, "the rollout in the queue");
  }

  adapters::ClusterView view_{own_.transport(), clock_, own_.name(), 1};
  Mailbox<std::string> woken_;
  std::jthread reader_;
};

TEST_F(ARolloutIsWoken, ByAPod) {
  start(view_.pods);
  Json pod = labelled("Pod", "v1", "bot-1");
  pod["spec"] = {{"containers", Json::array({{{"name", "agent"}, {"image", "none"}}})}};
  expect_woken_by_making(res::kPods, pod);
}

TEST_F(ARolloutIsWoken, ByEndpointsWhoseServiceIsNotInTheCacheYet) {
  start(view_.endpoints);
  Json slice = labelled("EndpointSlice", "discovery.k8s.io/v1", "bot-stable-1");
  slice["metadata"]["labels"]["kubernetes.io/service-name"] = "bot-stable";
  slice["addressType"] = "IPv4";
  slice["endpoints"] = Json::array();
  expect_woken_by_making(res::kEndpointSlices, slice);
}

TEST_F(ARolloutIsWoken, ByABundle) {
  start(view_.bundles);
  expect_woken_by_making(res::kConfigMaps, labelled("ConfigMap", "v1", "bot-d1"));
}

}  // namespace
}  // namespace pawl::integration
