// One constexpr table per enum, used both ways, so that reading and writing cannot disagree.
//
//   inline constexpr auto kModeNames = std::to_array<EnumName<Mode>>({{Mode::A, "A"}, {Mode::B, "B"}});
#pragma once

#include <array>
#include <optional>
#include <string_view>

#include "base/assert.h"

namespace pawl::json {

template <class E>
struct EnumName {
  E value;
  std::string_view name;
};

/// The name of a value. Asserts that the table has it.
template <class E, std::size_t N>
constexpr std::string_view enum_name(const std::array<EnumName<E>, N>& table, E value) {
  for (const EnumName<E>& row : table) {
    if (row.value == value) return row.name;
  }
  assertion_failed("the enum's table names every value", __FILE__, __LINE__);
}

/// The value of a name, exactly as written. Nothing for an unknown name: never the first enumerator.
template <class E, std::size_t N>
constexpr std::optional<E> enum_value(const std::array<EnumName<E>, N>& table, std::string_view name) {
  for (const EnumName<E>& row : table) {
    if (row.name == name) return row.value;
  }
  return std::nullopt;
}

}  // namespace pawl::json
