#include "domain/evidence/fisher.h"

#include <algorithm>
#include <cmath>

#include "domain/evidence/log_space.h"

namespace pawl::domain {
namespace {

constexpr double kNegligible = 60;  // nats: e^-60 of a sum of a million such terms is below the last digit

/// The hypergeometric weights of one block. Neighbours differ by a ratio of small whole numbers, so they are walked
/// from the largest one outwards: differences of log Gamma at a million would lose the digits that matter.
struct Hypergeometric {
  double canary = 0;  ///< interactions of the canary
  double stable = 0;
  double failures = 0;  ///< of both arms

  [[nodiscard]] double least() const { return std::max(0.0, failures - stable); }
  [[nodiscard]] double most() const { return std::min(canary, failures); }
  [[nodiscard]] double mode() const {
    return std::clamp(std::floor((canary + 1) * (failures + 1) / (canary + stable + 2)), least(), most());
  }
  /// ln of weight(x + 1) / weight(x).
  [[nodiscard]] double log_step(double x) const {
    return std::log((canary - x) * (failures - x) / ((x + 1) * (stable - failures + x + 1)));
  }
};

}  // namespace

double fisher_block_log_e(double n_canary, double passes_canary, double n_stable, double passes_stable,
                          double log_odds_ratio) {
  const double failed = n_canary - passes_canary;
  const Hypergeometric h{n_canary, n_stable, failed + n_stable - passes_stable};
  const double mode = h.mode();
  double even = kLogZero;    // the weights themselves
  double tilted = kLogZero;  // the weights times e^(psi x)
  const auto put = [&](double x, double log_weight) {
    even = log_add(even, log_weight);
    tilted = log_add(tilted, log_weight + log_odds_ratio * (x - mode));
  };
  // Both have one peak: what falls from far below it changes no digit any more.
  const auto spent = [&](double x, double log_weight, double step, double tilt) {
    return step < 0 && step + tilt < 0 && log_weight < even - kNegligible &&
           log_weight + log_odds_ratio * (x - mode) < tilted - kNegligible;
  };
  put(mode, 0);
  double log_weight = 0;
  for (double x = mode; x < h.most(); ++x) {
    const double step = h.log_step(x);
    if (spent(x, log_weight, step, log_odds_ratio)) break;
    put(x + 1, log_weight += step);
  }
  log_weight = 0;
  for (double x = mode; x > h.least(); --x) {
    const double step = -h.log_step(x - 1);
    if (spent(x, log_weight, step, -log_odds_ratio)) break;
    put(x - 1, log_weight += step);
  }
  return log_odds_ratio * (failed - mode) - (tilted - even);
}

}  // namespace pawl::domain
