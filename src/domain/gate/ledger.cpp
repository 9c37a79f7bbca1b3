#include "domain/gate/ledger.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "base/counted.h"
#include "domain/evidence/log_space.h"

namespace pawl::domain {
namespace {

tl::unexpected<Error> overdraft(const Ledger& ledger, std::string_view what, std::int64_t spent, std::int64_t allowed) {
  return fail(
      ErrorKind::Denied,
      fmt::format(
          "budget of the held-out set is spent: {} of {} {} in generation {}. Rotate the set: replace at least a quarter of its cases "
          "(pawl suite split with a new seed), store them, and raise spec.generation, or --generation, to {}",
          spent, allowed, what, ledger.generation, ledger.generation + 1));
}

double log_choose(std::int64_t n, std::int64_t k) {
  const auto real = [](std::int64_t i) { return static_cast<double>(i); };
  return log_gamma(real(n) + 1) - log_gamma(real(k) + 1) - log_gamma(real(n - k) + 1);
}

}  // namespace

std::int64_t bits_of_answer(std::size_t capabilities) { return static_cast<std::int64_t>(capabilities) + kReasonBits; }

Result<Ledger> charge_answer(const Ledger& ledger, const LeakBudget& budget, std::size_t capabilities) {
  Ledger after = ledger;
  after.answers += 1;
  after.bits_spent += bits_of_answer(capabilities);
  if (after.answers > budget.answers) return overdraft(ledger, "answers", ledger.answers, budget.answers);
  if (after.bits_spent > budget.bits) return overdraft(ledger, "bits", ledger.bits_spent, budget.bits);
  return after;
}

Ledger count_answer(const Ledger& ledger) {
  Ledger after = ledger;
  after.answers += 1;
  return after;
}

Result<Ledger> charge_promotion(const Ledger& ledger, const LeakBudget& budget) {
  Ledger after = ledger;
  after.promotions += 1;
  if (after.promotions > budget.promotions) {
    return overdraft(ledger, "promotions", ledger.promotions, budget.promotions);
  }
  return after;
}

Result<Ledger> rotate(const Ledger& old, std::int64_t generation, const std::vector<std::string>& digests) {
  const std::size_t fresh = new_cases(old.cases, digests);
  const auto needed = static_cast<std::size_t>(std::ceil(kRefreshShare * static_cast<double>(digests.size())));
  if (digests.empty() || fresh < needed) {
    return fail(
        ErrorKind::Invalid,
        fmt::format(
            "{} of {} new since generation {}; a new generation needs at least {}, or what was learnt of the old one still holds",
            fresh, counted(digests.size(), "case is", "cases are"), old.generation, std::max<std::size_t>(needed, 1)));
  }
  Ledger out;
  out.generation = generation;
  return out;
}

double bias_bound(std::size_t cases, std::int64_t answers, std::int64_t promotions, double delta) {
  if (cases == 0) return 1;
  double transcripts = kLogZero;
  for (std::int64_t i = 0; i <= std::min(answers, promotions); ++i) {
    transcripts = log_add(transcripts, log_choose(answers, i));
  }
  return std::min(1.0, std::sqrt((transcripts + std::log(2 / delta)) / (2 * static_cast<double>(cases))));
}

double expected_bias_bound(std::size_t cases, std::int64_t bits) {
  if (cases == 0) return 1;
  return std::min(1.0, std::sqrt(static_cast<double>(bits) * std::log(2.0) / (2 * static_cast<double>(cases))));
}

}  // namespace pawl::domain
