// Cumulative counters of one pod -> increments, with the reset rule of canary-statistics 1.vii.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "domain/evidence/block.h"

namespace pawl::domain {

/// A counter value that can be believed: finite, not negative, at most 1e15 (whole numbers stay exact).
bool believable_counter(double value);

/// Counters that belong together (count, sum and sum of squares of one capability) as read from one exposition.
struct Reading {
  std::uint32_t group = 0;  ///< which counters: a number of the caller's choice, small ones first
  ArmCounts total;
  bool has_squares = true;  ///< false: squares are not exported; their increment is that of the sum
  bool nested = true;       ///< 0 <= dQ <= dS <= dn must hold; false for counters without that relation
  bool operator==(const Reading&) const = default;
};

/// The counters of one pod. All series of one exposition are judged together: if any is lower than the last seen, or
/// the differences break 0 <= dQ <= dS <= dn, the pod restarted and every increment is the current value.
class PodCounters {
 public:
  /// What each of them gained since it was last seen, in their order. A group not seen before counts from zero. A group
  /// comes at most once.
  std::vector<ArmCounts> advance(std::span<const Reading> exposition);
  /// Takes the values as the starting point: nothing is gained.
  void baseline(std::span<const Reading> exposition);

 private:
  [[nodiscard]] bool restarted(std::span<const Reading> exposition) const;
  [[nodiscard]] const std::optional<Reading>& last(std::uint32_t group) const;
  void remember(const Reading& reading);

  std::vector<std::optional<Reading>> last_;  ///< by group
};

}  // namespace pawl::domain
