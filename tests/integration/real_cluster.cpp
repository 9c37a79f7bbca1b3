#include "integration/real_cluster.h"

#include <cstdlib>
#include <random>
#include <stdexcept>

namespace pawl::integration {
namespace {

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  if (value == nullptr) {
    throw std::runtime_error(std::string(name) + " is not set; run the tests by 'hack/local/cluster run'");
  }
  return value;
}

std::string fresh_name() { return "integration-" + std::to_string(std::random_device{}()); }

}  // namespace

std::shared_ptr<kube::Transport> connect_as(const std::string& identity) {
  kube::ConnectionChoice choice;
  choice.kubeconfig =
      identity.empty() ? environment("KUBECONFIG") : environment("PAWL_CLUSTER_STATE") + "/kubeconfig-" + identity;
  auto transport = kube::connect(choice);
  if (!transport) throw std::runtime_error(transport.error().message);
  return *transport;
}

OwnNamespace::OwnNamespace() : transport_(connect_as()), client_(transport_), name_(fresh_name()) {
  const Json object{{"apiVersion", "v1"}, {"kind", "Namespace"}, {"metadata", {{"name", name_}}}};
  const auto made = client_.create(kNamespaces, {}, object);
  if (!made) throw std::runtime_error(made.error().message);
}

OwnNamespace::~OwnNamespace() { static_cast<void>(client_.remove(kNamespaces, {{}, name_})); }

Json InNamespace::store_config_map(const std::string& name, const std::string& value) const {
  const Json object{
      {"apiVersion", "v1"}, {"kind", "ConfigMap"}, {"metadata", {{"name", name}}}, {"data", {{"value", value}}}};
  const auto made = own_.client().create(kube::resources::kConfigMaps, own_.name(), object);
  if (!made) throw std::runtime_error(made.error().message);
  return *made;
}

void InNamespace::remove_config_map(const std::string& name) const {
  const auto gone = own_.client().remove(kube::resources::kConfigMaps, own_.key(name));
  if (!gone) throw std::runtime_error(gone.error().message);
}

}  // namespace pawl::integration
