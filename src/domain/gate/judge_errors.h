// How often a judging model errs, as counts of labels: what its pass rates are corrected with.
#pragma once

#include <compare>

namespace pawl::domain {

struct JudgeErrors {
  int true_pass = 0;  ///< good answers that it passed
  int false_pass = 0;
  int true_fail = 0;  ///< bad answers that it failed
  int false_fail = 0;
  auto operator<=>(const JudgeErrors&) const = default;
};

}  // namespace pawl::domain
