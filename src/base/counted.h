// Counts in messages: "1 violation", "2 violations".
#pragma once

#include <concepts>
#include <string>
#include <string_view>

namespace pawl {

/// `noun` is singular, and makes its plural with an s.
std::string counted(std::integral auto n, std::string_view noun) {
  return std::to_string(n) + " " + std::string(noun) + (n == 1 ? "" : "s");
}

/// With words that make their plural otherwise, or with the verb: counted(n, "case is", "cases are").
std::string counted(std::integral auto n, std::string_view one, std::string_view many) {
  return std::to_string(n) + " " + std::string(n == 1 ? one : many);
}

}  // namespace pawl
