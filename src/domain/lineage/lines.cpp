#include "domain/lineage/lines.h"

#include <algorithm>

namespace pawl::domain {
namespace {

/// Memory grows with its square: 2 000 differences take 16 MB for a moment.
constexpr int kDifferencesMax = 2'000;

std::size_t common_prefix(Lines a, Lines b) {
  return static_cast<std::size_t>(std::mismatch(a.begin(), a.end(), b.begin(), b.end()).first - a.begin());
}

std::size_t common_suffix(Lines a, Lines b) {
  return static_cast<std::size_t>(std::mismatch(a.rbegin(), a.rend(), b.rbegin(), b.rend()).first - a.rbegin());
}

/// How many lines of the first text were passed, by diagonal: lines passed of the first less those of the second.
/// After d differences diagonals -d, -d + 2, ... d have been reached.
struct Reach {
  int differences = 0;
  std::vector<int> passed;

  explicit Reach(int d) : differences(d), passed(static_cast<std::size_t>(2 * d + 1), 0) {}
  int& at(int diagonal) { return passed[static_cast<std::size_t>(diagonal + differences)]; }
  [[nodiscard]] int at(int diagonal) const { return passed[static_cast<std::size_t>(diagonal + differences)]; }
};

/// One difference further: a line of the second text was put in, or one of the first left out.
struct Step {
  int from;  ///< the diagonal it came from
  int passed;
};

Step step_to(const Reach& reach, int diagonal) {
  const int d = reach.differences + 1;
  const bool put_in = diagonal == -d || (diagonal != d && reach.at(diagonal - 1) < reach.at(diagonal + 1));
  if (put_in) return {diagonal + 1, reach.at(diagonal + 1)};
  return {diagonal - 1, reach.at(diagonal - 1) + 1};
}

/// All reaches until both texts were passed; empty when they differ too much.
std::vector<Reach> reaches(Lines a, Lines b) {
  const int n = static_cast<int>(a.size());
  const int m = static_cast<int>(b.size());
  std::vector<Reach> out;
  for (int d = 0; d <= std::min(n + m, kDifferencesMax); ++d) {
    Reach next(d);
    for (int diagonal = -d; diagonal <= d; diagonal += 2) {
      int x = d == 0 ? 0 : step_to(out.back(), diagonal).passed;
      while (x < n && x - diagonal < m && a[static_cast<std::size_t>(x)] == b[static_cast<std::size_t>(x - diagonal)]) {
        ++x;
      }
      next.at(diagonal) = x;
    }
    const bool done = (n - m + d) % 2 == 0 && std::abs(n - m) <= d && next.at(n - m) >= n;
    out.push_back(std::move(next));
    if (done) return out;
  }
  return {};
}

std::vector<SharedLine> between(Lines a, Lines b) {
  std::vector<SharedLine> out;
  const std::vector<Reach> steps = reaches(a, b);
  int x = static_cast<int>(a.size());
  int diagonal = x - static_cast<int>(b.size());
  for (std::size_t d = steps.size(); d-- > 0;) {
    const Step step = d == 0 ? Step{0, 0} : step_to(steps[d - 1], diagonal);
    for (; x > step.passed; --x) {
      out.push_back({static_cast<std::size_t>(x - 1), static_cast<std::size_t>(x - 1 - diagonal)});
    }
    if (d == 0) break;
    diagonal = step.from;
    x = steps[d - 1].at(diagonal);
  }
  std::reverse(out.begin(), out.end());
  return out;
}

}  // namespace

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> out;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size() - 1) + 1;
    out.push_back(text.substr(0, end));
    text.remove_prefix(end);
  }
  return out;
}

std::vector<SharedLine> shared_lines(Lines before, Lines after) {
  const std::size_t head = common_prefix(before, after);
  const Lines a = before.subspan(head);
  const Lines b = after.subspan(head);
  const std::size_t tail = common_suffix(a, b);
  std::vector<SharedLine> out;
  for (std::size_t i = 0; i < head; ++i) out.push_back({i, i});
  for (const SharedLine& shared : between(a.first(a.size() - tail), b.first(b.size() - tail))) {
    out.push_back({shared.before + head, shared.after + head});
  }
  for (std::size_t i = tail; i > 0; --i) out.push_back({before.size() - i, after.size() - i});
  return out;
}

}  // namespace pawl::domain
