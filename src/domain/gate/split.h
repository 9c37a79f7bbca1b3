// A set of cases in two: what the proposer may see (dev) and what it may not (held-out). Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "domain/gate/case.h"

namespace pawl::domain {

struct SplitOrder {
  double held_out = 0.5;        ///< share of each capability's cases, in (0,1)
  std::uint64_t seed = 0;       ///< recorded with the result: the same seed and cases give the same split
  double duplicate_from = 0.8;  ///< similarity from which two cases are one for the split, in (0,1]
};

struct Split {
  std::vector<std::size_t> dev;       ///< indexes, rising
  std::vector<std::size_t> held_out;  ///< indexes, rising
  std::size_t groups_of_duplicates = 0;
};

/// Stratified by capability. Cases alike (equal texts, or prompts with that similarity) stay together, across
/// capabilities too. The order of the cases does not matter, only their ids and texts. Invalid when a share is outside
/// (0,1).
Result<Split> split_cases(const std::vector<Case>& cases, const SplitOrder& order);

/// What the user, the tools and the agent itself say in a case, one line each; the system's words are left out, since a
/// product's own instructions are no secret and stand in every case.
std::string prompt_text(const Case& one);

}  // namespace pawl::domain
