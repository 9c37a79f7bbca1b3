// Many hypotheses, one decision (canary-statistics 1.vi). Valid for any dependence between the hypotheses.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace pawl::domain {

/// log of the weighted mean of e-values: the e-value of "nothing is wrong". Weights are normalised to sum 1;
/// same length as log_e. 0 (e = 1) when all weights are zero.
double global_log_e(std::span<const double> log_e, std::span<const double> weights);

/// e-Holm: adjusted e_k = min_i mean(e_k, the i smallest others). Blaming those at or above 1/alpha controls the
/// probability of any wrong blame.
std::vector<double> e_holm_adjusted(std::span<const double> log_e);

/// e-BH (arXiv 2009.02824): indices, ascending, whose false discovery rate is at most alpha.
std::vector<std::size_t> e_bh(std::span<const double> log_e, double alpha);

/// Holm's adjusted p-values, in the order given: rejecting those at or below alpha keeps the probability of any wrong
/// rejection at alpha, for any dependence.
std::vector<double> holm_adjusted(std::span<const double> p);

}  // namespace pawl::domain
