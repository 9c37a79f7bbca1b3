// Two changes of one text, put together. Pure.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace pawl::domain {

/// Lines that both changes touch, each in its own way.
struct MergeConflict {
  std::size_t line = 0;  ///< where in `mine` it begins, from 1
  std::string base;
  std::string mine;
  std::string theirs;
};

struct Merged {
  std::string text;  ///< without meaning if there are conflicts
  std::vector<MergeConflict> conflicts;
};

/// Three-way merge by lines: `base` with what `mine` and what `theirs` changed of it. Changes that touch or overlap and
/// are not the same are conflicts; nothing is guessed. S. Khanna, K. Kunal, B. Pierce, "A Formal Investigation of
/// Diff3", 2007.
Merged merge_texts(std::string_view base, std::string_view mine, std::string_view theirs);

}  // namespace pawl::domain
