#include "domain/gate/sample_size.h"

#include <cmath>

#include "domain/evidence/normal.h"

namespace pawl::domain {

double normal_upper_quantile(double p) { return -normal_quantile(p); }

std::size_t paired_cases_needed(double delta, double discordance, double alpha, double power) {
  const double rest = std::max(0.0, discordance - delta * delta);
  const double root =
      (normal_upper_quantile(alpha) * std::sqrt(discordance) + normal_upper_quantile(1 - power) * std::sqrt(rest)) /
      delta;
  return static_cast<std::size_t>(std::ceil(root * root));
}

double smallest_visible_difference(std::size_t cases, double discordance, double alpha, double power) {
  if (cases == 0 || paired_cases_needed(discordance, discordance, alpha, power) > cases) return 1;
  double low = 0;
  double high = discordance;
  for (int i = 0; i < 100; ++i) {
    const double middle = (low + high) / 2;
    (paired_cases_needed(middle, discordance, alpha, power) > cases ? low : high) = middle;
  }
  return high;
}

}  // namespace pawl::domain
