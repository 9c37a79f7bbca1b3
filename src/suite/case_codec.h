// A suite as text: one case a line, each line a JSON object (docs/gate/suites.md). Reading is strict: a field that is
// not known, a wrong type or an identifier used twice is a fault with its line, its path and what to do.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "domain/gate/case.h"
#include "json/cursor.h"

namespace pawl::suite {

using Json = nlohmann::json;

/// One fault of a file. Lines count from 1; 0: the file as a whole.
struct LineFault {
  std::size_t line = 0;
  std::string path;  ///< "expect[0].parameters.values"; may be empty
  std::string message;
  bool operator==(const LineFault&) const = default;
};
/// "line 3: expect[0].grader: is required"
std::string describe(const LineFault& fault);

inline constexpr std::size_t kLineBytesMax = std::size_t{1} << 20;
inline constexpr std::size_t kCasesMax = 100'000;

struct CaseFile {
  std::vector<domain::Case> cases;  ///< those that have no fault, in the file's order
  std::vector<LineFault> faults;
};

/// Blank lines are skipped.
CaseFile read_cases(std::string_view text);

domain::Case read_case(const json::Cursor& at);
Json case_json(const domain::Case& one);
/// One canonical line, without its line break. What is written reads back equal.
std::string write_case(const domain::Case& one);
/// Every case a line.
std::string write_cases(const std::vector<domain::Case>& cases);

/// SHA-256 of the canonical line.
std::string case_digest(const domain::Case& one);
/// SHA-256 of what is judged alone (capability, input, tools, expect, threshold): two cases with equal content are
/// the same task, whatever they are called and wherever they came from.
std::string content_digest(const domain::Case& one);
/// SHA-256 over "<id> <case digest>" lines sorted by id: the order in the file means nothing.
std::string suite_digest(const std::vector<domain::Case>& cases);
std::map<std::string, std::size_t> counts_by_capability(const std::vector<domain::Case>& cases);

}  // namespace pawl::suite
