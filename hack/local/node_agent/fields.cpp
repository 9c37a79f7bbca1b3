#include "node_agent/fields.h"

namespace pawl::node_agent {
namespace {

/// "a=\"b\"" per line, as the kubelet writes whole maps.
std::string lines_of(const Json& map) {
  std::string out;
  if (!map.is_object()) return out;
  for (const auto& [key, value] : map.items()) out += (out.empty() ? "" : "\n") + key + "=" + value.dump();
  return out;
}

/// The key of "metadata.labels['key']", if `path` is such.
std::optional<std::string> key_in(const std::string& path, const std::string& map) {
  const std::string head = map + "['";
  if (!path.starts_with(head) || !path.ends_with("']")) return std::nullopt;
  return path.substr(head.size(), path.size() - head.size() - 2);
}

}  // namespace

const Json& member(const Json& object, const std::string& name) {
  static const Json nothing;
  if (!object.is_object()) return nothing;
  const auto it = object.find(name);
  return it == object.end() ? nothing : *it;
}

std::string text_of(const Json& object, const std::string& name, const std::string& otherwise) {
  const Json& value = member(object, name);
  return value.is_string() ? value.get<std::string>() : otherwise;
}

int number_of(const Json& object, const std::string& name, int otherwise) {
  const Json& value = member(object, name);
  return value.is_number_integer() ? value.get<int>() : otherwise;
}

bool flag_of(const Json& object, const std::string& name) {
  const Json& value = member(object, name);
  return value.is_boolean() && value.get<bool>();
}

std::optional<std::string> pod_field(const Json& pod, const std::string& pod_ip, const std::string& host_ip,
                                     const std::string& path) {
  const Json& metadata = member(pod, "metadata");
  if (path == "metadata.name" || path == "metadata.namespace" || path == "metadata.uid") {
    return text_of(metadata, path.substr(9));
  }
  if (path == "metadata.labels" || path == "metadata.annotations") return lines_of(member(metadata, path.substr(9)));
  if (const auto key = key_in(path, "metadata.labels")) return text_of(member(metadata, "labels"), *key);
  if (const auto key = key_in(path, "metadata.annotations")) return text_of(member(metadata, "annotations"), *key);
  if (path == "spec.nodeName" || path == "spec.serviceAccountName") return text_of(member(pod, "spec"), path.substr(5));
  if (path == "status.podIP" || path == "status.podIPs") return pod_ip;
  if (path == "status.hostIP" || path == "status.hostIPs") return host_ip;
  return std::nullopt;
}

}  // namespace pawl::node_agent
