#include "domain/evidence/information_bound.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace pawl::domain {
namespace {

constexpr int kSections = 200;  // each keeps the share 0.618 of the bracket: far below the last bit

/// Divergence of one pass/fail score with rate p from rate q, in nats.
double divergence(double p, double q) {
  double total = 0;
  if (p > 0) total += p * std::log(p / q);
  if (p < 1) total += (1 - p) * std::log((1 - p) / (1 - q));
  return total;
}

/// Least value over q of KL(canary || q) + ratio KL(stable || q + lost): the closest pair of rates whose difference is
/// exactly `lost`. Convex in q, so a golden section finds it.
double distance_to(const Arms& arms, double lost) {
  constexpr double kEdge = 1e-12;
  const double ratio = (1 - arms.share) / arms.share;
  const auto distance = [&](double q) {
    return divergence(arms.canary, q) + ratio * divergence(arms.stable, q + lost);
  };
  double low = std::max(0.0, -lost) + kEdge;
  double high = std::min(1.0, 1 - lost) - kEdge;
  const double golden = (std::sqrt(5.0) - 1) / 2;
  for (int i = 0; i < kSections; ++i) {
    const double left = high - golden * (high - low);
    const double right = low + golden * (high - low);
    if (distance(left) < distance(right)) high = right;
    else low = left;
  }
  return std::max(0.0, distance((low + high) / 2));
}

}  // namespace

double growth_of_regression(const Arms& arms, double tolerance) {
  return arms.canary >= arms.stable - tolerance ? 0 : distance_to(arms, tolerance);
}

double growth_of_non_inferiority(const Arms& arms, double margin) {
  return arms.canary <= arms.stable - margin ? 0 : distance_to(arms, margin);
}

double least_scores(double growth, double hypotheses, double error) {
  if (!(growth > 0)) return std::numeric_limits<double>::infinity();
  return std::log(hypotheses / error) / growth;
}

}  // namespace pawl::domain
