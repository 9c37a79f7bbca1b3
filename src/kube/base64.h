// Base64 (RFC 4648, standard alphabet), as kubeconfig "-data" fields use it. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace pawl::kube {

/// Nothing on any character that does not belong, or wrong padding. White space between is ignored.
std::optional<std::string> base64_decode(std::string_view text);

}  // namespace pawl::kube
