// Cumulative counters of one pod -> increments, with the reset rule of canary-statistics 1.vii.
#pragma once

#include <map>
#include <string>

#include "domain/evidence/block.h"

namespace pawl::domain {

/// A counter value that can be believed: finite, not negative, at most 1e15 (whole numbers stay exact).
bool believable_counter(double value);

/// Counters that belong together (count, sum and sum of squares of one capability) as read from one exposition.
struct Reading {
  ArmCounts total;
  bool has_squares = true;  ///< false: squares are not exported; their increment is that of the sum
  bool nested = true;       ///< 0 <= dQ <= dS <= dn must hold; false for counters without that relation
  bool operator==(const Reading&) const = default;
};

/// The counters of one pod. All series of one exposition are judged together: if any is lower than the last seen, or
/// the differences break 0 <= dQ <= dS <= dn, the pod restarted and every increment is the current value.
class PodCounters {
 public:
  /// What each group gained since it was last seen. A group not seen before counts from zero.
  std::map<std::string, ArmCounts> advance(const std::map<std::string, Reading>& exposition);
  /// Takes the values as the starting point: nothing is gained.
  void baseline(const std::map<std::string, Reading>& exposition);

 private:
  [[nodiscard]] bool restarted(const std::map<std::string, Reading>& exposition) const;

  std::map<std::string, Reading> last_;
};

}  // namespace pawl::domain
