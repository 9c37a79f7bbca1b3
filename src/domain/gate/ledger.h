// How much a held-out set has told. Every answer of the gate tells its author a little about the secret cases; after
// enough of them an edit can be fitted to the set. The ledger counts, and refuses when the budget is spent. Pure.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/result.h"
#include "domain/gate/case_sample.h"

namespace pawl::domain {

/// A coarse reason beside the verdict: one of at most sixteen words.
inline constexpr std::int64_t kReasonBits = 4;

/// What one generation of a set may tell. Zero allows nothing.
struct LeakBudget {
  std::int64_t answers = 20;
  std::int64_t promotions = 5;
  std::int64_t bits = 400;
  bool operator==(const LeakBudget&) const = default;
};

/// Of a public suite only generation and answers count: nothing leaks, but every candidate that was judged by it takes
/// its part of the error budget.
struct Ledger {
  std::int64_t generation = 1;
  std::int64_t bits_spent = 0;
  std::int64_t answers = 0;
  std::int64_t promotions = 0;
  CaseSample cases{};  ///< of the set as it was when the generation's first answer was given; of held-out sets only
  bool operator==(const Ledger&) const = default;
};

/// Bits of one answer: one for each capability's verdict, and the reason.
std::int64_t bits_of_answer(std::size_t capabilities);

/// The ledger after one more answer, to be stored before the answer is given. Denied on overdraft; the message says
/// what is spent and how to rotate the set.
Result<Ledger> charge_answer(const Ledger& ledger, const LeakBudget& budget, std::size_t capabilities);
/// The same for a public suite: only that one more candidate was judged by it.
Ledger count_answer(const Ledger& ledger);
/// The same for a promotion; the answer it rests on is charged on its own.
Result<Ledger> charge_promotion(const Ledger& ledger, const LeakBudget& budget);

/// The least share of a set's cases that a new generation must replace.
inline constexpr double kRefreshShare = 0.25;
/// The empty ledger of `generation`, a later one than the old ledger's. `digests` are of what is judged in the set's
/// cases now. Invalid if fewer than kRefreshShare of them are new; an old ledger without a sample cannot tell, and
/// passes.
Result<Ledger> rotate(const Ledger& old, std::int64_t generation, const std::vector<std::string>& digests);

/// How far the best of everything an adaptive author could have tried may exceed its true mean, with probability
/// 1 - delta: sqrt((ln sum_{i<=b} C(k,i) + ln(2/delta)) / 2n) for n cases, k one-bit answers of which at most b are
/// promotions. 1 for no cases. delta in (0,1).
double bias_bound(std::size_t cases, std::int64_t answers, std::int64_t promotions, double delta);
/// The expected excess after `bits` bits: sqrt(bits ln 2 / 2n), at most 1.
double expected_bias_bound(std::size_t cases, std::int64_t bits);

}  // namespace pawl::domain
