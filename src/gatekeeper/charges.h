// What one answer costs the ledgers of the suites it was drawn from. Pure.
#pragma once

#include <vector>

#include "domain/gate/ledger_step.h"
#include "gatekeeper/suite_store.h"

namespace pawl::gatekeeper {

/// The reason of an error when a held-out suite's budget is spent.
inline constexpr const char* kLedgerSpent = "LedgerSpent";

std::size_t capabilities_of(const std::vector<domain::Case>& cases);

domain::LeakBudget budget_of(const StoredSuite& suite);

/// Each suite's ledger with this answer in it. A public suite counts without end; of a held-out one a pass must be
/// affordable too, before anybody learns that there would be one. LedgerSpent otherwise.
Result<std::vector<domain::Ledger>> charged_with_answer(const std::vector<StoredSuite>& suites,
                                                        std::size_t capabilities);

/// Place of the candidate in the sequence that shares the error budget: that of the held-out sets, where there are any.
/// They are rotated, and begin a new sequence then; public suites count those that were judged without one.
int place_of(const std::vector<StoredSuite>& suites, const std::vector<domain::Ledger>& charged);
/// The place that one more candidate would have.
int next_place(const std::vector<StoredSuite>& suites);

/// The ledgers as they stand, for the report.
std::vector<domain::LedgerAccount> accounts_of(const std::vector<StoredSuite>& suites);

}  // namespace pawl::gatekeeper
