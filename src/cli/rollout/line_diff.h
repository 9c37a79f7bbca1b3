// How many lines one text has gained and lost against another. Pure.
#pragma once

#include <cstddef>
#include <string_view>

namespace pawl::cli {

struct LineDiff {
  std::size_t added = 0;
  std::size_t removed = 0;
  bool operator==(const LineDiff&) const = default;
};

/// The smallest such counts; more for texts that differ in thousands of lines (domain/lineage/lines.h).
LineDiff diff_lines(std::string_view before, std::string_view after);

}  // namespace pawl::cli
