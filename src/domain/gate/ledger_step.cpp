#include "domain/gate/ledger_step.h"

#include <fmt/format.h>

namespace pawl::domain {
namespace {

double real(std::int64_t count) { return static_cast<double>(count); }

std::vector<Number> numbers_of(const std::vector<LedgerAccount>& accounts) {
  std::vector<Number> out;
  for (const auto& [ledger, budget, suite] : accounts) {
    const auto add = [&, &of = suite](const char* name, std::int64_t count) {
      out.push_back({of.empty() ? name : of + ": " + name, real(count)});
    };
    add("generation", ledger.generation);
    add("answers", ledger.answers);
    if (!budget) continue;
    add("answers allowed", budget->answers);
    add("bits", ledger.bits_spent);
    add("bits allowed", budget->bits);
    add("promotions", ledger.promotions);
    add("promotions allowed", budget->promotions);
  }
  return out;
}

std::string told(const LedgerAccount& account) {
  const auto& [ledger, budget, suite] = account;
  const std::string of = suite.empty() ? "" : suite + ": ";
  if (!budget) {
    return fmt::format("{}answer {} of generation {}; the cases are public, so nothing leaks", of, ledger.answers,
                       ledger.generation);
  }
  return fmt::format("{}spent in generation {}: {} of {} answers, {} of {} bits, {} of {} promotions", of,
                     ledger.generation, ledger.answers, budget->answers, ledger.bits_spent, budget->bits,
                     ledger.promotions, budget->promotions);
}

}  // namespace

GateStep ledger_step(const std::vector<LedgerAccount>& accounts) {
  if (accounts.empty()) {
    return {"ledger",  GateVerdict::Pass,
            "NotKept", "no ledger counts the candidates, nor what held-out cases have told; name one with --ledger",
            {},        {}};
  }
  std::string message;
  for (const LedgerAccount& account : accounts) message += (message.empty() ? "" : ". ") + told(account);
  return {"ledger", GateVerdict::Pass, "Charged", message, numbers_of(accounts), {}};
}

GateStep ledger_spent_step(const std::vector<LedgerAccount>& accounts, const std::string& why) {
  return {"ledger", GateVerdict::Insufficient, "LedgerSpent", why, numbers_of(accounts), {}};
}

}  // namespace pawl::domain
