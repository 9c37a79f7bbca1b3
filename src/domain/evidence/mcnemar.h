// McNemar's exact test of paired passes and failures: only pairs that differ count.
#pragma once

#include <cstdint>

namespace pawl::domain {

/// One-sided p-value of "more wins than losses": sum of C(n,j) / 2^n for j >= wins, n = wins + losses. 1 for no pairs.
double mcnemar_p(std::int64_t wins, std::int64_t losses);

}  // namespace pawl::domain
