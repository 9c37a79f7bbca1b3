// The addresses of the pod CIDR, each given to one pod at a time. Thread-safe.
#pragma once

#include <cstdint>
#include <mutex>
#include <optional>
#include <set>
#include <string>

#include "base/result.h"

namespace pawl::node_agent {

class AddressPool {
 public:
  /// `cidr` is IPv4, such as "10.199.1.0/24".
  static Result<AddressPool> make(const std::string& cidr);
  AddressPool(AddressPool&& other) noexcept : first_(other.first_), last_(other.last_), next_(other.next_) {}

  /// `preferred` (a pod's address before the agent was started again) if it is free, else the next one.
  /// The search goes round, so that a freed address rests before somebody else answers on it.
  std::optional<std::string> take(const std::string& preferred);
  void give_back(const std::string& address);

 private:
  AddressPool(std::uint32_t first, std::uint32_t last) : first_(first), last_(last), next_(first) {}

  std::uint32_t first_;
  std::uint32_t last_;
  std::mutex mutex_;
  std::uint32_t next_;
  std::set<std::uint32_t> taken_;
};

}  // namespace pawl::node_agent
