// What a grader says of an answer: a score, or that it could not judge.
#pragma once

#include <string>

#include "base/result.h"

namespace pawl::domain {

/// How good the answer is, and why, for a person.
struct Score {
  double value = 0;  ///< [0,1]
  std::string reason;
  bool operator==(const Score&) const = default;
};

/// An error is the grader's own fault (a bad pattern, a judge that cannot be reached): it says nothing of the answer
/// and never turns into a number. An agent that failed to answer is no error: it scores 0.
using Graded = Result<Score>;

}  // namespace pawl::domain
