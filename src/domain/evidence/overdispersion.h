// Do scores come in clumps? Several scores of one session say less than as many of different ones.
#pragma once

#include <span>

namespace pawl::domain {

/// One stretch of stable's time, ten minutes by default.
struct PassWindow {
  double n = 0;       ///< scores
  double passes = 0;  ///< 0 <= passes <= n
};

struct Overdispersion {
  double p = 0;    ///< share of passes over all windows
  double phi = 1;  ///< how much wider the windows scatter than independent scores would; at least 1
  bool operator==(const Overdispersion&) const = default;
};

/// phi = max(1, mean over windows of (k - n p)^2 / (n p (1 - p))), p = sum k / sum n (canary-statistics 1.vii). Windows
/// without scores are left out; where every score is the same nothing scatters, and phi is 1. log e is divided by it.
Overdispersion overdispersion(std::span<const PassWindow> windows);

}  // namespace pawl::domain
