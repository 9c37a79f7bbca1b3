#include "bench/peers/flagger.h"

#include <algorithm>

namespace pawl::peers {
namespace {

bool due(const FlaggerConfig& config, const SlidingWindow& window) {
  return window.scrapes() % config.interval == 0 && (!config.wait_for_full_window || window.full());
}

}  // namespace

double flagger_worst(std::span<const domain::Block> sums, bool aggregate) {
  constexpr double kNoData = -1;
  const auto rate = [](const domain::ArmCounts& arm) { return arm.n > 0 ? arm.sum / arm.n : kNoData; };
  if (aggregate) {
    domain::ArmCounts all;
    for (const domain::Block& sum : sums) all += sum.canary;
    return rate(all);
  }
  double worst = 1;
  for (const domain::Block& sum : sums) worst = std::min(worst, rate(sum.canary));
  return worst;
}

bool Flagger::look(std::span<const domain::Block> blocks) {
  window_.add(blocks);
  if (due(config_, window_) && flagger_worst(window_.sums(), config_.aggregate) < config_.threshold) ++failed_;
  return failed_ >= config_.failed_checks;
}

bool FlaggerTuning::look(std::span<const domain::Block> blocks) {
  window_.add(blocks);
  if (!due(config_, window_)) return false;
  const double worst = flagger_worst(window_.sums(), config_.aggregate);
  lowest_.insert(std::ranges::upper_bound(lowest_, worst), worst);
  if (lowest_.size() > static_cast<std::size_t>(config_.failed_checks)) lowest_.pop_back();
  return false;
}

double FlaggerTuning::critical() const {
  return lowest_.size() < static_cast<std::size_t>(config_.failed_checks) ? 1 : lowest_.back();
}

}  // namespace pawl::peers
