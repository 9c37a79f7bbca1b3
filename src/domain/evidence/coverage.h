// How many of the interactions served were scored? A revision that keeps silent about its failures shows up here.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <optional>

#include "domain/evidence/block.h"

namespace pawl::domain {

/// Scores arrive later than the interaction was served, so scores are matched to the oldest served interactions first,
/// and a scrape's share is final when all of it is scored or it is `lag` scrapes old.
class CoverageQueue {
 public:
  static constexpr std::int64_t kLag = 4;

  /// Counts of one scrape of both arms; `usable` is false when the scrape spans a change of weight.
  void add(std::int64_t scrape, std::array<double, 2> served, std::array<double, 2> scored, bool usable);
  /// n = served, sum = scored. One that is not usable counts, but cannot be bet on.
  struct Final {
    Block block;
    bool usable = true;
  };
  /// The next final block.
  std::optional<Final> take();

 private:
  struct Entry {
    std::int64_t scrape = 0;
    std::array<double, 2> served{};
    std::array<double, 2> scored{};
    bool usable = true;
  };
  void match(std::size_t arm);

  std::deque<Entry> entries_;
  std::array<double, 2> unmatched_{};
  std::array<double, 2> last_served_{};
  std::int64_t newest_ = 0;
};

}  // namespace pawl::domain
