// "Is the mean of paired differences above zero?", valid at every look: testing by betting with a mixture of fixed
// stakes (agent evaluations: Waudby-Smith and Ramdas, arXiv 2010.09686; Ville's inequality).
#pragma once

#include <array>
#include <cstddef>

namespace pawl::domain {

/// W = mean over the stakes of the product of (1 + stake * d). Under E[d] <= 0 the chance that W ever reaches 1/alpha
/// is at most alpha. Not thread-safe; reproducible bit for bit.
class PairedBets {
 public:
  static constexpr std::array<double, 5> kStakes = {0.1, 0.25, 0.5, 0.75, 0.95};

  /// A difference, candidate minus stable, in [-1,1]. The order of the pairs must not depend on their results.
  void add(double difference);
  [[nodiscard]] double log_e() const { return log_e_; }
  /// The largest log e so far: the proof counts once it was reached.
  [[nodiscard]] double best_log_e() const { return best_; }
  /// After how many pairs it was reached; 0 without any.
  [[nodiscard]] std::size_t best_at() const { return best_at_; }

 private:
  std::array<double, kStakes.size()> wealth_{};
  std::size_t pairs_ = 0;
  std::size_t best_at_ = 0;
  double log_e_ = 0;
  double best_ = 0;
};

}  // namespace pawl::domain
