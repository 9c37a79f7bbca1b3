// Regular expressions that a hostile text cannot slow down: RE2, linear in the text, with no recursion.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace re2 {
class RE2;
}

namespace pawl::grading {

enum class Case { Matters, Ignored };

/// A compiled expression. Copies share it; matching is thread-safe.
class Pattern {
 public:
  /// Malformed with the expression and what is wrong with it. Back references and look-around do not exist here.
  static Result<Pattern> compile(std::string_view expression, Case letters = Case::Matters);

  [[nodiscard]] bool found_in(std::string_view text) const;
  /// The text with `by` in place of every match. `by` is taken as it is.
  [[nodiscard]] std::string replaced_in(std::string_view text, std::string_view by) const;
  /// Group 1 of the first match; nothing without a match, or without a group.
  [[nodiscard]] std::optional<std::string> group_in(std::string_view text) const;

 private:
  explicit Pattern(std::shared_ptr<const re2::RE2> compiled) : compiled_(std::move(compiled)) {}
  std::shared_ptr<const re2::RE2> compiled_;
};

}  // namespace pawl::grading
