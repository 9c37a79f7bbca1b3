#include "gatekeeper/charges.h"

#include <algorithm>
#include <set>

namespace pawl::gatekeeper {
namespace {

tl::unexpected<Error> ledger_spent(const StoredSuite& suite, const Error& why) {
  Error error = why.during("EvalSuite " + suite.key.name);
  error.reason = kLedgerSpent;
  return fail(std::move(error));
}

Result<domain::Ledger> charged(const StoredSuite& suite, std::size_t capabilities) {
  const domain::Ledger ledger = ledger_of(suite);
  if (!suite.held_out()) return domain::count_answer(ledger);
  auto answer = domain::charge_answer(ledger, budget_of(suite), capabilities);
  if (!answer) return ledger_spent(suite, answer.error());
  if (const auto promotion = domain::charge_promotion(*answer, budget_of(suite)); !promotion) {
    return ledger_spent(suite, promotion.error());
  }
  return answer;
}

}  // namespace

std::size_t capabilities_of(const std::vector<domain::Case>& cases) {
  std::set<std::string> names;
  for (const domain::Case& one : cases) names.insert(one.capability);
  return names.size();
}

domain::LeakBudget budget_of(const StoredSuite& suite) { return suite.spec.budget.value_or(domain::LeakBudget{}); }

Result<std::vector<domain::Ledger>> charged_with_answer(const std::vector<StoredSuite>& suites,
                                                        std::size_t capabilities) {
  std::vector<domain::Ledger> ledgers;
  for (const StoredSuite& suite : suites) {
    const auto ledger = charged(suite, capabilities);
    if (!ledger) return fail(ledger.error());
    ledgers.push_back(*ledger);
  }
  return ledgers;
}

int place_of(const std::vector<StoredSuite>& suites, const std::vector<domain::Ledger>& charged) {
  std::int64_t held_out = 0;
  std::int64_t open = 1;
  for (std::size_t i = 0; i < suites.size(); ++i) {
    std::int64_t& most = suites[i].held_out() ? held_out : open;
    most = std::max(most, charged[i].answers);
  }
  return static_cast<int>(held_out > 0 ? held_out : open);
}

int next_place(const std::vector<StoredSuite>& suites) {
  std::vector<domain::Ledger> counted;
  for (const StoredSuite& suite : suites) counted.push_back(domain::count_answer(ledger_of(suite)));
  return place_of(suites, counted);
}

std::vector<domain::LedgerAccount> accounts_of(const std::vector<StoredSuite>& suites) {
  std::vector<domain::LedgerAccount> out;
  for (const StoredSuite& suite : suites) {
    out.push_back(
        {ledger_of(suite), suite.held_out() ? std::optional(budget_of(suite)) : std::nullopt, suite.key.name});
  }
  return out;
}

}  // namespace pawl::gatekeeper
