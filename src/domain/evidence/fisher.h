// A yardstick, not a decision: how a published test would have bet on the same block.
#pragma once

namespace pawl::domain {

/// log likelihood ratio of a block under Fisher's noncentral hypergeometric distribution, conditional on the block's
/// total number of failures: with a = n_c - k_c failures of the canary, b = n_s - k_s of stable and m = a + b,
/// psi a - ln[sum_x C(n_c,x) C(n_s,m-x) e^(psi x) / C(n_c+n_s,m)] (canary-statistics 3a, "Fisher conditional LR").
/// `log_odds_ratio` psi > 0 bets on a canary that fails more often. Counts are whole, 0 <= k <= n <= 1e9; 0 for an
/// empty block. An e-value for "both arms fail equally often"; unlike the matched bets it knows no tolerance.
double fisher_block_log_e(double n_canary, double passes_canary, double n_stable, double passes_stable,
                          double log_odds_ratio);

}  // namespace pawl::domain
