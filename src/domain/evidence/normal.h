// The normal distribution.
#pragma once

namespace pawl::domain {

/// P(Z <= z).
double normal_cdf(double z);
/// The z with P(Z <= z) = p; p in (0,1).
double normal_quantile(double p);

}  // namespace pawl::domain
