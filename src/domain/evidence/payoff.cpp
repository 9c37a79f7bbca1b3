#include "domain/evidence/payoff.h"

#include <algorithm>

#include "domain/evidence/log_space.h"

namespace pawl::domain {
namespace {

constexpr double kEdge = 1e-15;
constexpr double kLeastVariance = 1e-4;
constexpr double kCanaryPseudoScores = 20;

double sample_variance(const ArmCounts& arm, double mean) {
  return std::clamp(arm.sumsq / arm.n - mean * mean, 0.0, std::max(0.0, mean * (1 - mean)));
}

}  // namespace

double least_payoff_of_low_scores(const ArmCounts& arm, double stake, double mean) {
  const double a = arm.sum / arm.n;
  const double v = sample_variance(arm, a);
  const double d = 1 - a;
  if (d <= kEdge) return arm.n * std::log1p(stake * (mean - 1));
  const double at_one = v / (v + d * d);  // the worst sample: a share of perfect scores, the rest at one point below
  const double rest = a - v / d;
  return times_log1p(arm.n * (1 - at_one), stake * (mean - rest)) + times_log1p(arm.n * at_one, stake * (mean - 1));
}

double least_payoff_of_high_scores(const ArmCounts& arm, double stake, double mean) {
  const double a = arm.sum / arm.n;
  const double v = sample_variance(arm, a);
  if (a <= kEdge) return arm.n * std::log1p(-stake * mean);
  const double at_zero = v / (v + a * a);
  const double rest = a + v / a;
  return times_log1p(arm.n * (1 - at_zero), stake * (rest - mean)) + times_log1p(arm.n * at_zero, -stake * mean);
}

double log_binary_payoff(const BinaryPayoffs& each, const Block& block) {
  const auto& [canary, stable] = block;
  if (few_and_binary(block)) {
    return std::log(power(1 + each.canary_pass, canary.sum) * power(1 + each.canary_fail, canary.n - canary.sum) *
                    power(1 + each.stable_pass, stable.sum) * power(1 + each.stable_fail, stable.n - stable.sum));
  }
  return times_log1p(canary.sum, each.canary_pass) + times_log1p(canary.n - canary.sum, each.canary_fail) +
         times_log1p(stable.sum, each.stable_pass) + times_log1p(stable.n - stable.sum, each.stable_fail);
}

ArmMemory::ArmMemory(double n, double mean, double variance, double limit)
    : moments_{n, n * mean, n * (variance + mean * mean)}, limit_(limit) {}

void ArmMemory::add(const ArmCounts& arm) {
  moments_ += arm;
  if (moments_.n <= limit_) return;
  const double keep = limit_ / moments_.n;
  moments_ = {limit_, moments_.sum * keep, moments_.sumsq * keep};
}

double ArmMemory::variance() const { return std::max(moments_.sumsq / moments_.n - mean() * mean(), kLeastVariance); }

ArmMemory stable_memory(const History& history, double limit) {
  return {history.n, history.mean, history.variance, limit};
}

ArmMemory canary_memory(const History& history, double limit) {
  return {std::min(history.n, kCanaryPseudoScores), history.mean, history.variance, limit};
}

}  // namespace pawl::domain
