#include "bench/peers/argo.h"

#include <algorithm>
#include <functional>
#include <limits>

namespace pawl::peers {
namespace {

bool due(const ArgoConfig& config, const SlidingWindow& window) {
  return window.scrapes() % config.interval == 0 && (!config.wait_for_full_window || window.full());
}

}  // namespace

double argo_shortfall(const domain::Block& sums, const ArgoConfig& config) {
  constexpr double kNoNumber = std::numeric_limits<double>::infinity();
  const auto& [canary, stable] = sums;
  if (canary.n <= 0) return kNoNumber;
  if (config.threshold) return *config.threshold - canary.sum / canary.n;
  if (stable.n <= 0) return kNoNumber;
  return stable.sum / stable.n - config.tolerance - canary.sum / canary.n;
}

bool Argo::look(std::span<const domain::Block> blocks) {
  window_.add(blocks);
  failed_.resize(blocks.size());
  if (!due(config_, window_)) return false;
  bool aborted = false;
  for (std::size_t k = 0; k < blocks.size(); ++k) {
    if (argo_shortfall(window_.sums()[k], config_) > 0) ++failed_[k];
    aborted = aborted || failed_[k] > config_.failure_limit;
  }
  return aborted;
}

bool ArgoTuning::look(std::span<const domain::Block> blocks) {
  window_.add(blocks);
  largest_.resize(blocks.size());
  if (!due(config_, window_)) return false;
  ArgoConfig exact = config_;
  exact.threshold.reset();
  exact.tolerance = 0;
  for (std::size_t k = 0; k < blocks.size(); ++k) {
    const double missed = argo_shortfall(window_.sums()[k], exact);
    std::vector<double>& largest = largest_[k];
    largest.insert(std::ranges::upper_bound(largest, missed, std::greater{}), missed);
    if (largest.size() > static_cast<std::size_t>(config_.failure_limit) + 1) largest.pop_back();
  }
  return false;
}

double ArgoTuning::critical() const {
  double critical = -1;
  for (const std::vector<double>& largest : largest_) {
    if (largest.size() > static_cast<std::size_t>(config_.failure_limit)) critical = std::max(critical, largest.back());
  }
  return critical;
}

}  // namespace pawl::peers
