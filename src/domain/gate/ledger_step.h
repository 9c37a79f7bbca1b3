// The last step of the rule: what this answer cost. Whoever keeps the ledger appends it. Pure.
#pragma once

#include <optional>

#include "domain/gate/gate_report.h"
#include "domain/gate/ledger.h"

namespace pawl::domain {

/// With the answer in it; nothing: no ledger is kept. `budget` is of held-out cases; absent: all of them are public.
GateStep ledger_step(const std::optional<Ledger>& ledger, const std::optional<LeakBudget>& budget);

/// The same where the ledger refused the answer; `why` is charge_answer's error.
GateStep ledger_spent_step(const Ledger& ledger, const LeakBudget& budget, const std::string& why);

}  // namespace pawl::domain
