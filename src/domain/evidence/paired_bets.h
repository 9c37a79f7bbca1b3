// "Is the mean of paired differences above zero?", valid at every look: testing by betting with a mixture of fixed
// stakes (agent evaluations: Waudby-Smith and Ramdas, arXiv 2010.09686; Ville's inequality).
#pragma once

#include <array>
#include <cstddef>

namespace pawl::domain {

/// W = mean over the stakes of the product of (1 + stake * d). Under E[d] <= 0, whatever came before, W is a
/// nonnegative supermartingale that begins at 1, so by Ville's inequality the chance that it ever reaches 1/alpha is at
/// most alpha. So the largest W of the whole sequence is evidence, not only the last one: bets that were won and lost
/// again on later pairs still count, and no sample size has to be chosen beforehand.
///
/// That holds for one order of the pairs, fixed before anything is known of their results and free of what they are
/// about. Who could sort them afterwards would put the wins first, and W would rise however many losses follow; and
/// pairs that are sorted by theme do the same by themselves when an edit gains in the first theme what it loses in the
/// last. Not thread-safe; reproducible bit for bit.
class PairedBets {
 public:
  static constexpr std::array<double, 5> kStakes = {0.1, 0.25, 0.5, 0.75, 0.95};

  /// A difference, candidate minus stable, in [-1,1].
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
