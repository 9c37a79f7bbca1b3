// How much a held-out set has told. Every answer of the gate tells its author a little about the secret cases; after
// enough of them an edit can be fitted to the set. The ledger counts, and refuses when the budget is spent. Pure.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/result.h"

namespace pawl::domain {

/// A coarse reason beside the verdict: one of at most eight words.
inline constexpr std::int64_t kReasonBits = 3;

/// What one generation of a set may tell. Zero allows nothing.
struct LeakBudget {
  std::int64_t answers = 20;
  std::int64_t promotions = 5;
  std::int64_t bits = 400;
  bool operator==(const LeakBudget&) const = default;
};

struct Ledger {
  std::int64_t generation = 1;
  std::int64_t bits_spent = 0;
  std::int64_t answers = 0;
  std::int64_t promotions = 0;
  bool operator==(const Ledger&) const = default;
};

/// Bits of one answer: one for each capability's verdict, and the reason.
std::int64_t bits_of_answer(std::size_t capabilities);

/// The ledger after one more answer, to be stored before the answer is given. Denied on overdraft; the message says
/// what is spent and how to rotate the set.
Result<Ledger> charge_answer(const Ledger& ledger, const LeakBudget& budget, std::size_t capabilities);
/// The same for a promotion; the answer it rests on is charged on its own.
Result<Ledger> charge_promotion(const Ledger& ledger, const LeakBudget& budget);

/// The least share of a set's cases that a new generation must replace.
inline constexpr double kRefreshShare = 0.25;
/// A new generation begins with an empty ledger. Invalid if fewer than kRefreshShare of the cases are new.
Result<Ledger> rotate(const Ledger& ledger, std::size_t cases, std::size_t new_cases);

/// How far the best of everything an adaptive author could have tried may exceed its true mean, with probability
/// 1 - delta: sqrt((ln sum_{i<=b} C(k,i) + ln(2/delta)) / 2n) for n cases, k one-bit answers of which at most b are
/// promotions. 1 for no cases. delta in (0,1).
double bias_bound(std::size_t cases, std::int64_t answers, std::int64_t promotions, double delta);
/// The expected excess after `bits` bits: sqrt(bits ln 2 / 2n), at most 1.
double expected_bias_bound(std::size_t cases, std::int64_t bits);

}  // namespace pawl::domain
