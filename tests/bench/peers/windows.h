// What a metrics query of the form rate(passes[window]) / rate(all[window]) sees.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "domain/evidence/block.h"

namespace pawl::peers {

/// Sums of the last `window` scrapes, by capability.
class SlidingWindow {
 public:
  explicit SlidingWindow(int window) : kept_(static_cast<std::size_t>(window)) {}

  void add(std::span<const domain::Block> blocks) {
    sums_.resize(blocks.size());
    std::vector<domain::Block>& oldest = kept_[static_cast<std::size_t>(scrapes_) % kept_.size()];
    for (std::size_t k = 0; k < blocks.size(); ++k) {
      sums_[k] += blocks[k];
      if (oldest.empty()) continue;
      subtract(sums_[k].canary, oldest[k].canary);
      subtract(sums_[k].stable, oldest[k].stable);
    }
    oldest.assign(blocks.begin(), blocks.end());
    ++scrapes_;
  }
  [[nodiscard]] std::span<const domain::Block> sums() const { return sums_; }
  [[nodiscard]] int scrapes() const { return scrapes_; }
  [[nodiscard]] bool full() const { return scrapes_ >= static_cast<int>(kept_.size()); }

 private:
  static void subtract(domain::ArmCounts& from, const domain::ArmCounts& what) {
    from.n -= what.n;
    from.sum -= what.sum;
    from.sumsq -= what.sumsq;
  }

  std::vector<std::vector<domain::Block>> kept_;
  std::vector<domain::Block> sums_;
  int scrapes_ = 0;
};

}  // namespace pawl::peers
