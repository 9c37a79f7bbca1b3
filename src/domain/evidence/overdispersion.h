// Do scores come in clumps? Several scores of one session say less than as many of different ones.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "domain/evidence/block.h"

namespace pawl::domain {

struct Overdispersion {
  double mean = 0;            ///< of all scores of all windows
  double phi = 1;             ///< how much wider the windows scatter than independent scores would; at least 1
  double standard_error = 0;  ///< of phi where it is 1: how far chance alone carries it
  int windows = 0;            ///< with scores in them
  bool operator==(const Overdispersion&) const = default;
};

/// `windows`: stable's scores of one capability in each stretch of time, ten minutes by default.
///
/// phi = max(1, mean over windows of (s - n m)^2 / (n v)), with m and v mean and variance of all scores; where scores
/// are 0 or 1, v = m (1 - m) (canary-statistics 1.vii). Windows without scores are left out; where every score is the
/// same nothing scatters, and phi is 1. log e is divided by it.
///
/// The standard error is that of binomial counts: the square of one standardised count has the variance
/// 2 + (1 - 6 v) / (n v), which is large for small windows; scores between 0 and 1 scatter less.
Overdispersion overdispersion(std::span<const ArmCounts> windows);

/// The scores of one capability by one evaluator, in windows.
struct ScoreWindows {
  std::string capability;
  std::vector<ArmCounts> windows;
};

struct Scatter {
  std::string capability;
  Overdispersion of;
};

/// Of each capability, by name; of several evaluators' the widest, for log e of all of them is divided by one number.
std::vector<Scatter> scatter_of(const std::vector<ScoreWindows>& scores);

/// What `analysis.deflation` should be: 1 up to a phi of 1.1, or where chance explains it (two standard errors); else
/// 1.25 phi (canary-statistics table 3b). Nothing where there are too few windows to tell: less than 12 (two hours), or
/// less than 48 and a phi above 1.1 that chance could explain. It could hide a true phi of 2 then: with 12 windows
/// every second time, with 48 once in fourteen.
std::optional<double> advised_deflation(const Overdispersion& found);

}  // namespace pawl::domain
