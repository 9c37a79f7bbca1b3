#include "kube/server_url.h"

#include <arpa/inet.h>

#include <array>
#include <charconv>

namespace pawl::kube {
namespace {

Result<int> parse_port(std::string_view text) {
  int port = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (problem != std::errc{} || end != text.data() + text.size() || port < 1 || port > 65'535) {
    return fail(ErrorKind::Invalid, "server: the port is not a number from 1 to 65535");
  }
  return port;
}

Status parse_authority(std::string_view text, ServerUrl& url) {
  std::string_view port;
  if (text.starts_with('[')) {
    const auto end = text.find(']');
    if (end == std::string_view::npos) return fail(ErrorKind::Invalid, "server: '[' without ']'");
    url.host = text.substr(1, end - 1);
    text.remove_prefix(end + 1);
    if (!text.empty() && !text.starts_with(':')) return fail(ErrorKind::Invalid, "server: text after ']'");
    port = text;
  } else {
    const auto colon = text.find(':');
    url.host = text.substr(0, colon);
    port = colon == std::string_view::npos ? std::string_view{} : text.substr(colon);
  }
  if (url.host.empty()) return fail(ErrorKind::Invalid, "server: no host");
  if (port.empty()) return {};
  const Result<int> number = parse_port(port.substr(1));
  if (!number) return fail(number.error());
  url.port = *number;
  return {};
}

}  // namespace

std::string ServerUrl::authority() const {
  const bool v6 = host.find(':') != std::string::npos;
  return (v6 ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

bool ServerUrl::is_ip() const {
  std::array<unsigned char, sizeof(in6_addr)> address{};
  return inet_pton(AF_INET, host.c_str(), address.data()) == 1 ||
         inet_pton(AF_INET6, host.c_str(), address.data()) == 1;
}

Result<ServerUrl> parse_server_url(std::string_view text) {
  ServerUrl url;
  if (text.starts_with("https://")) {
    text.remove_prefix(8);
  } else if (text.starts_with("http://")) {
    text.remove_prefix(7);
    url.tls = false;
    url.port = 80;
  } else {
    return fail(ErrorKind::Invalid, "server: must start with https:// or http://");
  }
  if (text.find_first_of("?#@ \t\r\n") != std::string_view::npos) {
    return fail(ErrorKind::Invalid, "server: no query, fragment, user or space is allowed");
  }
  const auto slash = text.find('/');
  if (slash != std::string_view::npos) {
    url.prefix = text.substr(slash);
    while (url.prefix.ends_with('/')) url.prefix.pop_back();
    text = text.substr(0, slash);
  }
  if (const Status ok = parse_authority(text, url); !ok) return fail(ok.error());
  return url;
}

}  // namespace pawl::kube
