// The unit of evidence: what both arms' counters gained between two scrapes.
#pragma once

namespace pawl::domain {

/// Increments of one arm. Scores lie in [0,1], so 0 <= sumsq <= sum <= n. Binary scores have sum == sumsq.
struct ArmCounts {
  double n = 0;      ///< scores (or interactions)
  double sum = 0;    ///< sum of scores (or passes)
  double sumsq = 0;  ///< sum of squared scores; equal to sum where squares are not exported

  ArmCounts& operator+=(const ArmCounts& other) {
    n += other.n;
    sum += other.sum;
    sumsq += other.sumsq;
    return *this;
  }
  bool operator==(const ArmCounts&) const = default;
};

/// A pass/fail count written as moments.
inline ArmCounts binary_counts(double n, double passes) { return {n, passes, passes}; }

struct Block {
  ArmCounts canary;
  ArmCounts stable;

  Block& operator+=(const Block& other) {
    canary += other.canary;
    stable += other.stable;
    return *this;
  }
  /// Only a block in which both arms were seen can be bet on.
  [[nodiscard]] bool complete() const { return canary.n > 0 && stable.n > 0; }
  /// True when a score strictly between 0 and 1 may be among them.
  [[nodiscard]] bool graded() const { return canary.sum != canary.sumsq || stable.sum != stable.sumsq; }
};

}  // namespace pawl::domain
