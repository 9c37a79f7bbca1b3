#include "domain/evidence/intervals.h"

#include "domain/evidence/log_space.h"
#include "domain/evidence/normal.h"

namespace pawl::domain {
namespace {

constexpr int kBisections = 64;

}  // namespace

Interval cs_beta(double passes, double n, double alpha) {
  if (!(n > 0)) return {0, 1};
  const double fails = std::max(0.0, n - passes);
  const double evidence = log_beta(0.5 + passes, 0.5 + fails) - log_beta(0.5, 0.5) - std::log(1 / alpha);
  const auto inside = [&](double p) {
    const double log_likelihood = (passes > 0 ? passes * std::log(p) : 0) + times_log1p(fails, -p);
    return evidence - log_likelihood < 0;
  };
  const auto bound = [&](double out, double in) {
    for (int i = 0; i < kBisections; ++i) {
      const double middle = (out + in) / 2;
      (inside(middle) ? in : out) = middle;
    }
    return in;
  };
  const double mean = std::clamp(passes / n, 0.0, 1.0);
  return {passes > 0 ? bound(0, mean) : 0, fails > 0 ? bound(1, mean) : 1};
}

double normal_mixture_rho(double v_opt, double alpha) {
  const double log_inverse_alpha = std::log(1 / alpha);
  return v_opt / (2 * log_inverse_alpha + std::log1p(2 * log_inverse_alpha));
}

Interval wilson(double passes, double n, double alpha) {
  if (!(n > 0)) return {0, 1};
  const double z = normal_quantile(1 - alpha / 2);
  const double p = passes / n;
  const double scale = 1 + z * z / n;
  const double middle = (p + z * z / (2 * n)) / scale;
  const double half = z * std::sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / scale;
  return {std::max(0.0, middle - half), std::min(1.0, middle + half)};
}

double normal_mixture_bound(double v, double v_opt, double alpha) {
  const double log_inverse_alpha = std::log(1 / alpha);
  const double rho = normal_mixture_rho(v_opt, alpha);
  return std::sqrt((v + rho) * (std::log((v + rho) / rho) + 2 * log_inverse_alpha));
}

void StratifiedDifference::add(double n_canary, double passes_canary, double n_stable, double passes_stable) {
  if (!(n_canary > 0) || !(n_stable > 0)) return;
  const double weight = n_canary * n_stable / (n_canary + n_stable);
  difference_sum_ += weight * (passes_stable / n_stable - passes_canary / n_canary);
  weight_sum_ += weight;
  passes_ += passes_canary + passes_stable;
  scores_ += n_canary + n_stable;
}

double StratifiedDifference::estimate() const { return weight_sum_ > 0 ? difference_sum_ / weight_sum_ : 0; }

double StratifiedDifference::variance_per_score() const {
  const double p = (passes_ + 0.5) / (scores_ + 1);
  return p * (1 - p);
}

double StratifiedDifference::standard_error() const {
  return weight_sum_ > 0 ? std::sqrt(variance_per_score() / weight_sum_) : 1;
}

double StratifiedDifference::half_width(double planned, double alpha) const {
  if (!(weight_sum_ > 0)) return 1;
  const double per_score = variance_per_score();
  return normal_mixture_bound(weight_sum_ * per_score, planned * per_score, alpha) / weight_sum_;
}

}  // namespace pawl::domain
