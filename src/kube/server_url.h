// The parts of an API server's URL. Pure.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace pawl::kube {

struct ServerUrl {
  bool tls = true;
  std::string host;  ///< without brackets
  int port = 443;
  std::string prefix;  ///< "" or "/k8s/clusters/c-1": kept in front of every path, never ending in '/'

  /// "host:port" as the Host header needs it, IPv6 in brackets.
  [[nodiscard]] std::string authority() const;
  [[nodiscard]] bool is_ip() const;
};

/// Invalid, with a reason, for anything but http(s)://host[:port][/prefix].
Result<ServerUrl> parse_server_url(std::string_view text);

}  // namespace pawl::kube
