// The chance of a false promotion, spent over the whole sequence of candidates: alpha_j = 6 alpha / (pi^2 j^2), whose
// sum is alpha. A test at a fixed level would promote some worthless edit sooner or later; this one may judge for ever.
#pragma once

namespace pawl::domain {

/// The level of the j-th candidate, j >= 1.
double level_of_candidate(double alpha, int j);
/// What the first j candidates may have cost together.
double level_spent(double alpha, int j);

}  // namespace pawl::domain
