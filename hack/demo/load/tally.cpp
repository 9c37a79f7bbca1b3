#include "load/tally.h"

#include <algorithm>
#include <utility>

namespace pawl::demo {

double Second::percentile(double share) const {
  if (milliseconds.empty()) return 0;
  std::vector<double> sorted = milliseconds;
  const auto index = static_cast<std::size_t>(share * static_cast<double>(sorted.size() - 1) + 0.5);
  std::nth_element(sorted.begin(), sorted.begin() + static_cast<std::ptrdiff_t>(index), sorted.end());
  return sorted[index];
}

void Tally::sent() {
  now_.with([](Second& s) { ++s.sent; });
}

void Tally::answered(bool ok, double milliseconds) {
  now_.with([&](Second& s) {
    ++(ok ? s.ok : s.errors);
    s.milliseconds.push_back(milliseconds);
  });
}

Second Tally::take() {
  return now_.with([](Second& s) { return std::exchange(s, Second{}); });
}

}  // namespace pawl::demo
