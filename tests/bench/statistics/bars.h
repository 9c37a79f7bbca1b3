// The acceptance table: what was promised, and what was measured.
#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "bench/statistics/arena.h"

namespace pawl::statistics {

inline std::string share_text(const Estimate& e) { return fmt::format("{:.3f} ± {:.3f}", e.mean, e.error); }
inline std::string delay_text(const Estimate& e) { return fmt::format("{:.0f} ± {:.0f}", e.mean, e.error); }

/// Rows by their number. A bar counts as kept within two standard errors.
class Bars {
 public:
  void share_at_most(const std::string& row, const std::string& what, const Estimate& e, double bar) {
    put(row, what, share_text(e), fmt::format("≤ {:.2f}", bar), e.mean <= bar + 2 * share_error(bar, e.runs), e.runs);
  }
  void share_at_least(const std::string& row, const std::string& what, const Estimate& e, double bar) {
    put(row, what, share_text(e), fmt::format("≥ {:.2f}", bar), e.mean >= bar - 2 * share_error(bar, e.runs), e.runs);
  }
  void delay(const std::string& row, const std::string& what, const Estimate& e, double times, double bound) {
    put(row, what, fmt::format("{}, {:.2f} × {:.0f}", delay_text(e), e.mean / bound, bound),
        fmt::format("≤ {:.2f} ×", times), e.mean <= times * bound + 2 * e.error, e.runs);
  }
  void at_most(const std::string& row, const std::string& what, const Estimate& e, double bar) {
    put(row, what, fmt::format("{:.1f} ± {:.1f}", e.mean, e.error), fmt::format("≤ {:.0f}", bar),
        e.mean <= bar + 2 * e.error, e.runs);
  }
  void ratio(const std::string& row, const std::string& what, double ours, double theirs, double bar, int runs) {
    put(row, what, fmt::format("{:.0f} / {:.0f} = {:.2f}", ours, theirs, ours / theirs), fmt::format("≤ {:.2f}", bar),
        ours <= bar * theirs, runs);
  }
  void print() {
    std::ranges::stable_sort(rows_, {}, &Row::number);
    fmt::print("| | what | measured | bar | kept | runs |\n|---|---|---|---|---|---|\n");
    for (const Row& row : rows_) fmt::print("{}\n", row.text);
  }

 private:
  void put(const std::string& row, const std::string& what, const std::string& measured, const std::string& bar,
           bool kept, int runs) {
    rows_.push_back({std::stoi(row.substr(1)), fmt::format("| {} | {} | {} | {} | {} | {} |", row, what, measured, bar,
                                                           kept ? "yes" : "**no**", runs)});
  }
  struct Row {
    int number = 0;
    std::string text;
  };
  std::vector<Row> rows_;
};

void bars_against_peers(Bars& bars, const std::map<double, Arena>& arenas, const Options& options);
void bars_alone(Bars& bars, const Options& options);

}  // namespace pawl::statistics
