#include "domain/gate/ledger_step.h"

#include <fmt/format.h>

namespace pawl::domain {
namespace {

double real(std::int64_t count) { return static_cast<double>(count); }

std::vector<Number> numbers_of(const Ledger& ledger, const std::optional<LeakBudget>& budget) {
  std::vector<Number> out = {{"generation", real(ledger.generation)}, {"answers", real(ledger.answers)}};
  if (!budget) return out;
  out.push_back({"answers allowed", real(budget->answers)});
  out.push_back({"bits", real(ledger.bits_spent)});
  out.push_back({"bits allowed", real(budget->bits)});
  out.push_back({"promotions", real(ledger.promotions)});
  out.push_back({"promotions allowed", real(budget->promotions)});
  return out;
}

}  // namespace

GateStep ledger_step(const std::optional<Ledger>& ledger, const std::optional<LeakBudget>& budget) {
  if (!ledger) {
    return {"ledger",  GateVerdict::Pass,
            "NotKept", "no ledger counts the candidates, nor what held-out cases have told; name one with --ledger",
            {},        {}};
  }
  const std::string message =
      budget ? fmt::format("spent in generation {}: {} of {} answers, {} of {} bits, {} of {} promotions",
                           ledger->generation, ledger->answers, budget->answers, ledger->bits_spent, budget->bits,
                           ledger->promotions, budget->promotions)
             : fmt::format("answer {} of generation {}; the cases are public, so nothing leaks", ledger->answers,
                           ledger->generation);
  return {"ledger", GateVerdict::Pass, "Charged", message, numbers_of(*ledger, budget), {}};
}

GateStep ledger_spent_step(const Ledger& ledger, const LeakBudget& budget, const std::string& why) {
  return {"ledger", GateVerdict::Insufficient, "LedgerSpent", why, numbers_of(ledger, budget), {}};
}

}  // namespace pawl::domain
