// What must not be forgotten of a suite, whatever becomes of its EvalSuite: one that is deleted and made again under
// its name has lost neither a frozen case nor an answer of its ledger. Pure.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "domain/gate/ledger.h"
#include "domain/gate/suite.h"

namespace pawl::domain {

struct SuiteRecord {
  std::vector<std::string> known_cases;  ///< as in SuiteStatus
  std::optional<Ledger> ledger;          ///< as in SuiteStatus
  bool operator==(const SuiteRecord&) const = default;
};

SuiteRecord record_of(const SuiteStatus& status);

/// Sorted, each once: all of `known`, and of `more` as many as there is room for (kKnownCasesMax).
std::vector<std::string> joined_ids(std::vector<std::string> known, const std::vector<std::string>& more);

/// What either of them knows. Of ledgers the later generation's; of one generation whatever is counted higher.
SuiteRecord joined(const SuiteRecord& one, const SuiteRecord& other);

}  // namespace pawl::domain
