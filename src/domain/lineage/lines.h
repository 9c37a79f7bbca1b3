// Texts as lines, and which lines two of them share. Pure.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

namespace pawl::domain {

using Lines = std::span<const std::string_view>;

/// Each with its line break, so that they put together are the text again. The last may lack one.
std::vector<std::string_view> lines_of(std::string_view text);

/// A line that is the same in both texts; positions count from 0.
struct SharedLine {
  std::size_t before = 0;
  std::size_t after = 0;
  bool operator==(const SharedLine&) const = default;
};

/// A longest list of lines that both texts have in the same order: Myers, "An O(ND) Difference Algorithm and Its
/// Variations", 1986. Texts that differ in more than some thousand lines are compared at their beginning and end
/// only: what lies between counts as changed.
std::vector<SharedLine> shared_lines(Lines before, Lines after);

}  // namespace pawl::domain
