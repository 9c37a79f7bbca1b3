// Reading of untyped objects, and the downward API's fieldRef.
#pragma once

#include <optional>
#include <string>

#include <nlohmann/json.hpp>

namespace pawl::node_agent {

using Json = nlohmann::json;

/// The member, or a null value that lives for ever: so that chains of reads need no checks.
const Json& member(const Json& object, const std::string& name);
std::string text_of(const Json& object, const std::string& name, const std::string& otherwise = {});
int number_of(const Json& object, const std::string& name, int otherwise);
bool flag_of(const Json& object, const std::string& name);

/// The value of a pod's field as the downward API names it. Nothing for paths that are not supported.
std::optional<std::string> pod_field(const Json& pod, const std::string& pod_ip, const std::string& host_ip,
                                     const std::string& path);

}  // namespace pawl::node_agent
