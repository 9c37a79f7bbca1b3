// The last step of the rule: what this answer cost. Whoever keeps the ledgers appends it. Pure.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "domain/gate/gate_report.h"
#include "domain/gate/ledger.h"

namespace pawl::domain {

/// One ledger that an answer is charged to.
struct LedgerAccount {
  Ledger ledger;
  std::optional<LeakBudget> budget{};  ///< of held-out cases; absent: all of them are public
  std::string suite{};                 ///< whose ledger it is; empty where one counts for all suites
};

/// The ledgers with the answer in them; none: no ledger is kept.
GateStep ledger_step(const std::vector<LedgerAccount>& accounts);

/// The ledgers as they stand, where one of them refused the answer; `why` is charge_answer's error.
GateStep ledger_spent_step(const std::vector<LedgerAccount>& accounts, const std::string& why);

}  // namespace pawl::domain
