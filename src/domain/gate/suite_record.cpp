#include "domain/gate/suite_record.h"

#include <algorithm>

namespace pawl::domain {
namespace {

Ledger joined_ledgers(const Ledger& one, const Ledger& other) {
  if (one.generation != other.generation) return one.generation > other.generation ? one : other;
  Ledger out = one;
  out.bits_spent = std::max(one.bits_spent, other.bits_spent);
  out.answers = std::max(one.answers, other.answers);
  out.promotions = std::max(one.promotions, other.promotions);
  if (out.cases.size == 0) out.cases = other.cases;
  return out;
}

}  // namespace

SuiteRecord record_of(const SuiteStatus& status) { return {status.known_cases, status.ledger}; }

std::vector<std::string> joined_ids(std::vector<std::string> known, const std::vector<std::string>& more) {
  std::sort(known.begin(), known.end());
  std::vector<std::string> fresh;
  for (const std::string& id : more) {
    if (!std::binary_search(known.begin(), known.end(), id)) fresh.push_back(id);
  }
  for (std::string& id : fresh) {
    if (known.size() < kKnownCasesMax) known.push_back(std::move(id));
  }
  std::sort(known.begin(), known.end());
  known.erase(std::unique(known.begin(), known.end()), known.end());
  return known;
}

SuiteRecord joined(const SuiteRecord& one, const SuiteRecord& other) {
  SuiteRecord out{joined_ids(one.known_cases, other.known_cases), one.ledger ? one.ledger : other.ledger};
  if (one.ledger && other.ledger) out.ledger = joined_ledgers(*one.ledger, *other.ledger);
  return out;
}

}  // namespace pawl::domain
