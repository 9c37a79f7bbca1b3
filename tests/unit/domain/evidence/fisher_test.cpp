#include "domain/evidence/fisher.h"

#include <gtest/gtest.h>

#include <cmath>

namespace pawl::domain {
namespace {

double choose(int n, int k) {
  double out = 1;
  for (int i = 1; i <= k; ++i) out = out * (n - k + i) / i;
  return out;
}

/// The definition, in plain numbers.
double by_hand(int n_c, int k_c, int n_s, int k_s, double psi) {
  const int a = n_c - k_c;
  const int m = a + n_s - k_s;
  double sum = 0;
  for (int x = std::max(0, m - n_s); x <= std::min(n_c, m); ++x) {
    sum += choose(n_c, x) * choose(n_s, m - x) * std::exp(psi * x);
  }
  return psi * a - std::log(sum / choose(n_c + n_s, m));
}

TEST(Fisher, IsItsDefinitionOnEverySmallBlock) {
  for (const double psi : {-1.0, 0.0, 0.25, 2.0}) {
    for (int n_c = 0; n_c <= 4; ++n_c) {
      for (int n_s = 0; n_s <= 5; ++n_s) {
        for (int k_c = 0; k_c <= n_c; ++k_c) {
          for (int k_s = 0; k_s <= n_s; ++k_s) {
            EXPECT_NEAR(fisher_block_log_e(n_c, k_c, n_s, k_s, psi), by_hand(n_c, k_c, n_s, k_s, psi), 1e-12);
          }
        }
      }
    }
  }
}

TEST(Fisher, IsAnEValueForEqualRates) {
  for (int m = 0; m <= 12; ++m) {  // given m failures of 3 + 9, the canary's are hypergeometric
    double mean = 0;
    for (int x = std::max(0, m - 9); x <= std::min(3, m); ++x) {
      mean +=
          choose(3, x) * choose(9, m - x) / choose(12, m) * std::exp(fisher_block_log_e(3, 3 - x, 9, 9 - (m - x), 1.0));
    }
    EXPECT_NEAR(mean, 1, 1e-12) << m;
  }
}

TEST(Fisher, ALargeBlockKeepsItsDigits) {
  // Halves of one block: symmetry says what log Gamma at a million could not.
  const double e = fisher_block_log_e(1e6, 9e5, 1e6, 9e5, 0.01);
  EXPECT_NEAR(e, fisher_block_log_e(1e6, 9e5, 1e6, 9e5, -0.01), 1e-9);
  EXPECT_LT(e, 0);
}

}  // namespace
}  // namespace pawl::domain
