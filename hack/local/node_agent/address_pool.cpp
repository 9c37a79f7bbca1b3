#include "node_agent/address_pool.h"

#include <arpa/inet.h>

#include <array>
#include <charconv>

namespace pawl::node_agent {
namespace {

std::optional<std::uint32_t> parse_address(const std::string& text) {
  in_addr address{};
  if (inet_pton(AF_INET, text.c_str(), &address) != 1) return std::nullopt;
  return ntohl(address.s_addr);
}

std::string format_address(std::uint32_t value) {
  in_addr address{};
  address.s_addr = htonl(value);
  std::array<char, INET_ADDRSTRLEN> text{};
  inet_ntop(AF_INET, &address, text.data(), text.size());
  return text.data();
}

}  // namespace

Result<AddressPool> AddressPool::make(const std::string& cidr) {
  const auto slash = cidr.find('/');
  const auto base = parse_address(cidr.substr(0, slash));
  unsigned bits = 0;
  if (slash != std::string::npos) std::from_chars(cidr.data() + slash + 1, cidr.data() + cidr.size(), bits);
  if (!base || bits < 8 || bits > 30) {
    return fail(ErrorKind::Invalid, "'" + cidr + "' is no IPv4 range of /8 to /30, such as 10.199.1.0/24");
  }
  const std::uint32_t hosts = ~std::uint32_t{0} >> bits;
  const std::uint32_t network = *base & ~hosts;
  return AddressPool(network + 1, network + hosts - 1);
}

std::optional<std::string> AddressPool::take(const std::string& preferred) {
  const std::lock_guard lock(mutex_);
  const auto wish = parse_address(preferred);
  if (wish && *wish >= first_ && *wish <= last_ && taken_.insert(*wish).second) return preferred;
  for (std::uint32_t tries = first_; tries <= last_; ++tries) {
    const std::uint32_t candidate = next_;
    next_ = next_ == last_ ? first_ : next_ + 1;
    if (taken_.insert(candidate).second) return format_address(candidate);
  }
  return std::nullopt;
}

void AddressPool::give_back(const std::string& address) {
  const std::lock_guard lock(mutex_);
  if (const auto value = parse_address(address)) taken_.erase(*value);
}

}  // namespace pawl::node_agent
