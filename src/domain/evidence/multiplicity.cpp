#include "domain/evidence/multiplicity.h"

#include <algorithm>
#include <numeric>

#include "domain/evidence/log_space.h"

namespace pawl::domain {
namespace {

// Ties are broken by position, so that equal inputs give equal outputs.
std::vector<std::size_t> ascending(std::span<const double> values) {
  std::vector<std::size_t> order(values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return values[a] < values[b]; });
  return order;
}

}  // namespace

double global_log_e(std::span<const double> log_e, std::span<const double> weights) {
  double weight_sum = 0;
  for (const double weight : weights) weight_sum += weight;
  if (!(weight_sum > 0)) return 0;
  double total = kLogZero;
  for (std::size_t h = 0; h < std::min(log_e.size(), weights.size()); ++h) {
    if (weights[h] > 0) total = log_add(total, std::log(weights[h] / weight_sum) + log_e[h]);
  }
  return total;
}

std::vector<double> e_holm_adjusted(std::span<const double> log_e) {
  const std::vector<std::size_t> order = ascending(log_e);
  std::vector<double> adjusted(log_e.begin(), log_e.end());
  for (std::size_t k = 0; k < log_e.size(); ++k) {
    double sum = log_e[k];
    double members = 1;
    for (const std::size_t other : order) {
      if (other == k) continue;
      sum = log_add(sum, log_e[other]);
      members += 1;
      adjusted[k] = std::min(adjusted[k], sum - std::log(members));
    }
  }
  return adjusted;
}

std::vector<std::size_t> e_bh(std::span<const double> log_e, double alpha) {
  std::vector<std::size_t> order = ascending(log_e);
  std::reverse(order.begin(), order.end());
  const double hypotheses = static_cast<double>(log_e.size());
  std::size_t reported = 0;
  for (std::size_t k = 1; k <= order.size(); ++k) {
    if (log_e[order[k - 1]] >= std::log(hypotheses / (alpha * static_cast<double>(k)))) reported = k;
  }
  order.resize(reported);
  std::sort(order.begin(), order.end());
  return order;
}

std::vector<double> holm_adjusted(std::span<const double> p) {
  const std::vector<std::size_t> order = ascending(p);
  std::vector<double> adjusted(p.size());
  double largest = 0;
  for (std::size_t rank = 0; rank < order.size(); ++rank) {
    const double scaled = p[order[rank]] * static_cast<double>(order.size() - rank);
    largest = std::max(largest, std::min(1.0, scaled));
    adjusted[order[rank]] = largest;
  }
  return adjusted;
}

}  // namespace pawl::domain
