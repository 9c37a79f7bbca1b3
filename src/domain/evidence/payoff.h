// What a bet pays on a block, known only by count, sum and sum of squares (canary-statistics 1.ii).
#pragma once

#include "domain/evidence/block.h"

namespace pawl::domain {

/// One matched bet: stakes of both arms and the mean each is compared with. n_c * canary_stake == n_s * stable_stake,
/// and stable_mean - canary_mean is the tolerance; the two together make it valid for any predictable choice.
struct Bet {
  double canary_stake = 0;
  double stable_stake = 0;
  double stable_mean = 0;
  double canary_mean = 0;
};

/// The smallest sum of log(1 + stake (mean - x)) any sample in [0,1] with these moments can have. n > 0.
double least_payoff_of_low_scores(const ArmCounts& arm, double stake, double mean);
/// The smallest sum of log(1 + stake (x - mean)) any sample in [0,1] with these moments can have. n > 0.
double least_payoff_of_high_scores(const ArmCounts& arm, double stake, double mean);

/// Whether the scores are few and all 0 or 1: then their payoffs are multiplied, which costs one logarithm in all.
inline bool few_and_binary(const Block& block) {
  constexpr double most = 64;  // a payoff is at most 2000, so the product stays far from overflow
  const auto whole = [](double x) { return x >= 0 && x == static_cast<double>(static_cast<int>(x)); };
  const auto plain = [&](const ArmCounts& arm) { return arm.sum <= arm.n && whole(arm.n) && whole(arm.sum); };
  return block.canary.n + block.stable.n <= most && plain(block.canary) && plain(block.stable);
}

/// base^n for a small whole n.
inline double power(double base, double n) {
  double result = 1;
  for (unsigned left = static_cast<unsigned>(n); left > 0; left >>= 1U) {
    if ((left & 1U) != 0) result *= base;
    base *= base;
  }
  return result;
}

/// What one pass and one fail add to the wealth of each arm.
struct BinaryPayoffs {
  double canary_pass = 0;
  double canary_fail = 0;
  double stable_pass = 0;
  double stable_fail = 0;
};
/// log of the product over all scores of a pass/fail block. Payoffs are above -1.
double log_binary_payoff(const BinaryPayoffs& each, const Block& block);

/// Running pseudo-moments of one arm; the plug-in for bets. Forgetting costs power, never validity.
class ArmMemory {
 public:
  ArmMemory(double n, double mean, double variance, double limit);
  void add(const ArmCounts& arm);
  [[nodiscard]] double mean() const { return moments_.sum / moments_.n; }
  /// Variance of one score, at least 1e-4.
  [[nodiscard]] double variance() const;

 private:
  ArmCounts moments_;
  double limit_;
};

/// What the betting arm starts from: stable's rate of the last day as pseudo scores. Without history: two, mean one
/// half.
struct History {
  double n = 2;
  double mean = 0.5;
  double variance = 0.25;
};

/// Pass/fail scores of which stable passed this share before; worth 200 pseudo scores.
inline History passing(double mean) { return {200, mean, mean * (1 - mean)}; }

ArmMemory stable_memory(const History& history, double limit);
/// The canary has no history: it starts as stable, with little weight (at most 20 pseudo scores).
ArmMemory canary_memory(const History& history, double limit);

}  // namespace pawl::domain
