// The ledger of a gate without a cluster: a file that counts what its suites have told, and keeps each verdict, so that
// asking again never turns a failed verdict into a pass. One file for all that is judged by one set of suites; keep it
// where the held-out cases are kept.
//
// JSON, replaced whole or not at all. A lock beside it (FILE.lock) is held as long as this lives: who asks in between
// would be counted with the same number.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "domain/gate/gate_report.h"
#include "domain/gate/gate_verdict.h"
#include "domain/gate/ledger.h"
#include "gate/run.h"

namespace pawl::gate {

/// One candidate that was charged.
struct LedgerEntry {
  domain::GateBinding binding;
  std::int64_t generation = 1;
  int number = 1;                                 ///< its place in the sequence of the generation
  std::int64_t bits = 0;                          ///< what its answer costs; 0 where all cases are public
  std::optional<domain::RevisionGate> verdict{};  ///< absent: its run has begun and was not finished
};

/// What a candidate is charged for.
struct LedgerCharge {
  std::size_t capabilities = 0;
  bool held_out = false;               ///< there are held-out cases
  std::vector<std::string> digests{};  ///< of the contents of the held-out cases, else of all
};
LedgerCharge charge_of(const RunOrder& order);

/// Not thread-safe.
class LedgerFile {
 public:
  /// A file that is not there is an empty ledger with the default budget. Exists if another process has it; Malformed
  /// if it cannot be read.
  static Result<std::unique_ptr<LedgerFile>> open(const std::string& path);
  ~LedgerFile();
  LedgerFile(const LedgerFile&) = delete;
  LedgerFile& operator=(const LedgerFile&) = delete;

  /// A new generation, where `generation` is above the ledger's. Invalid if it is below, or if too few cases are new.
  Status turn_to(std::int64_t generation, const LedgerCharge& charge);

  /// A verdict that needs no asking: a failure, or a pass that has not expired.
  [[nodiscard]] std::optional<LedgerEntry> standing(const domain::GateBinding& binding, Instant now) const;

  /// The candidate's place in the sequence, charged and stored before anybody is asked. A run that was cut off keeps
  /// its place. Denied on overdraft: for held-out cases a pass must be affordable too, before anybody learns that there
  /// would be one.
  Result<int> begin(const domain::GateBinding& binding, const LedgerCharge& charge);

  /// Stored before it is told; a pass on held-out cases is charged as a promotion.
  Status decide(const domain::RevisionGate& verdict, const LedgerCharge& charge);

  [[nodiscard]] const domain::Ledger& ledger() const { return ledger_; }
  [[nodiscard]] const domain::LeakBudget& budget() const { return budget_; }

 private:
  LedgerFile(int lock, std::string path) : lock_(lock), path_(std::move(path)) {}
  Status load();
  [[nodiscard]] Status store() const;
  LedgerEntry* open_entry(const domain::GateBinding& binding);

  int lock_;
  std::string path_;
  domain::LeakBudget budget_;
  domain::Ledger ledger_;
  std::vector<LedgerEntry> entries_;
};

}  // namespace pawl::gate
