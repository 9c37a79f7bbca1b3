// The ledger of one `pawl gate run`: what stands is answered again, and what is asked is charged first.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "domain/gate/gate_policy.h"
#include "gate/ledger_file.h"
#include "gate/run.h"

namespace pawl::cli {

struct GateLedgerOrder {
  std::string path;                        ///< of the file
  std::optional<std::int64_t> generation;  ///< absent: the one that the ledger is in
  const domain::GatePolicy* policy = nullptr;
  std::string graders;  ///< digest
};

class GateLedger {
 public:
  /// Asks both sides which bundle they run, and pins that in `run`.
  static Result<GateLedger> open(const GateLedgerOrder& order, gate::RunOrder& run, const std::stop_token& stop);

  /// A report that needs no asking: of the verdict that stands, or `LedgerSpent`. Nothing: the candidate is charged,
  /// and its number is in `run`.
  Result<std::optional<domain::GateReport>> begin(gate::RunOrder& run, Instant now);

  /// Keeps the verdict, before it is told, and appends the step that says what it cost.
  Status decide(domain::GateReport& report, Instant now);

 private:
  explicit GateLedger(std::unique_ptr<gate::LedgerFile> file) : file_(std::move(file)) {}
  [[nodiscard]] std::optional<domain::LeakBudget> budget() const;

  std::unique_ptr<gate::LedgerFile> file_;
  gate::LedgerCharge charge_;
  domain::GateBinding binding_;
  bool baseline_needed_ = true;
};

}  // namespace pawl::cli
