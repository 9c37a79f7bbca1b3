#include "cli/line_diff.h"

#include <algorithm>
#include <map>
#include <span>
#include <vector>

namespace pawl::cli {
namespace {

using Lines = std::span<const std::string_view>;

/// Beyond this many comparisons a person would wait.
constexpr std::size_t kComparisonsMax = 16'000'000;

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    lines.push_back(text.substr(0, end));
    text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
  }
  return lines;
}

/// Most edits touch little: what both texts begin and end with need not be compared.
void trim_common(Lines& a, Lines& b) {
  while (!a.empty() && !b.empty() && a.front() == b.front()) a = a.subspan(1), b = b.subspan(1);
  while (!a.empty() && !b.empty() && a.back() == b.back()) a = a.first(a.size() - 1), b = b.first(b.size() - 1);
}

/// Length of the longest common subsequence, a row of the table at a time.
std::size_t common_in_order(Lines a, Lines b) {
  std::vector<std::size_t> row(b.size() + 1, 0);
  for (const std::string_view line : a) {
    std::size_t diagonal = 0;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t above = row[j];
      row[j] = line == b[j - 1] ? diagonal + 1 : std::max(row[j - 1], above);
      diagonal = above;
    }
  }
  return row.back();
}

std::size_t common_in_any_order(Lines a, Lines b) {
  std::map<std::string_view, std::size_t> left;
  for (const std::string_view line : a) ++left[line];
  std::size_t common = 0;
  for (const std::string_view line : b) {
    const auto it = left.find(line);
    if (it == left.end() || it->second == 0) continue;
    --it->second;
    ++common;
  }
  return common;
}

}  // namespace

LineDiff diff_lines(std::string_view before, std::string_view after) {
  const std::vector<std::string_view> old_lines = lines_of(before);
  const std::vector<std::string_view> new_lines = lines_of(after);
  Lines a(old_lines);
  Lines b(new_lines);
  trim_common(a, b);
  const bool short_enough = a.empty() || b.size() <= kComparisonsMax / a.size();
  const std::size_t common = short_enough ? common_in_order(a, b) : common_in_any_order(a, b);
  return {b.size() - common, a.size() - common};
}

}  // namespace pawl::cli
