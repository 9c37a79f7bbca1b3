// What an edit needs that claims to improve nothing.
#pragma once

namespace pawl::domain {

enum class UnclaimedPolicy {
  ProveOverall,  ///< proof that it improves the mean over all cases
  NoWorse,       ///< proof that nothing got worse, each at the level of the error budget: for refactorings
};

}  // namespace pawl::domain
