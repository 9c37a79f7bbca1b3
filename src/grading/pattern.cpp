#include "grading/pattern.h"

#include <re2/re2.h>

namespace pawl::grading {

Result<Pattern> Pattern::compile(std::string_view expression, Case letters) {
  re2::RE2::Options options;
  options.set_log_errors(false);
  options.set_case_sensitive(letters == Case::Matters);
  auto compiled = std::make_shared<const re2::RE2>(re2::StringPiece(expression.data(), expression.size()), options);
  if (!compiled->ok()) {
    return fail(ErrorKind::Malformed,
                "the expression '" + std::string(expression) + "' is wrong: " + compiled->error() +
                    "; write it in RE2's syntax, which has no look-around and no back references");
  }
  return Pattern(std::move(compiled));
}

bool Pattern::found_in(std::string_view text) const {
  return re2::RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), *compiled_);
}

std::string Pattern::replaced_in(std::string_view text, std::string_view by) const {
  std::string rewrite;
  for (const char c : by) rewrite += c == '\\' ? std::string("\\\\") : std::string(1, c);
  std::string out(text);
  re2::RE2::GlobalReplace(&out, *compiled_, rewrite);
  return out;
}

std::optional<std::string> Pattern::group_in(std::string_view text) const {
  std::string group;
  if (compiled_->NumberOfCapturingGroups() < 1) return std::nullopt;
  if (!re2::RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), *compiled_, &group)) return std::nullopt;
  return group;
}

}  // namespace pawl::grading
