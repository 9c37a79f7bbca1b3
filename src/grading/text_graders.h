// Graders of the text of an answer. Each gives a score and the reason; none can fail.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "domain/gate/graded.h"
#include "grading/pattern.h"

namespace pawl::grading {

using domain::Score;

/// The text, without white space around it, is one of the values.
Score grade_exact(const std::vector<std::string>& values, Case letters, std::string_view text);
/// The text begins with one of the values.
Score grade_prefix(const std::vector<std::string>& values, Case letters, std::string_view text);

enum class Need { Any, All };
/// The text has one of the values in it, or all of them.
Score grade_contains(const std::vector<std::string>& values, Need need, Case letters, std::string_view text);

Score grade_regex(const Pattern& pattern, std::string_view text);

/// What counts as near enough. Both bounds are >= 0; a number passes when it keeps either.
struct Tolerance {
  double absolute = 0;
  double relative = 0;  ///< of the expected value's size
};
/// The text as a number, or else the last number in it ("the answer is 1,234.5."), is near enough.
Score grade_numeric(double expected, Tolerance tolerance, std::string_view text);

/// Insertions, deletions and substitutions of characters (code points) that turn one text into the other.
std::size_t edit_distance(std::string_view a, std::string_view b);
/// 1 - distance / length of the longer text; 1 for two empty texts.
double similarity(std::string_view a, std::string_view b);

}  // namespace pawl::grading
