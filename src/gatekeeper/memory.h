// What the gate remembers of a run that has begun, beside the run's journal: so that one killed at any point ends in
// the same verdict. Files of a folder, one pair for each binding; lost with the folder, which costs one more answer of
// the ledger. What outlives an EvalSuite is in suite_memory.h.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "base/result.h"

namespace pawl::gatekeeper {

struct Begun {
  int number = 1;       ///< of this candidate in the sequence; its answer is in the ledgers
  bool passed = false;  ///< it was judged and passes: a promotion is to be charged
  bool operator==(const Begun&) const = default;
};

/// Files of a run that nobody has gone on with for so long are removed: a rollout that is given up asks no more.
inline constexpr std::chrono::hours kRunKept{30 * 24};

/// Not thread-safe.
class Memory {
 public:
  /// Made if it is not there; what is older than kRunKept goes.
  static Result<Memory> open(const std::string& folder);

  [[nodiscard]] Result<std::optional<Begun>> recall(const std::string& binding) const;
  /// Whole or not at all, whenever it is interrupted.
  [[nodiscard]] Status note(const std::string& binding, const Begun& begun) const;
  /// The answers of the run.
  [[nodiscard]] std::string journal_path(const std::string& binding) const;
  /// The verdict is out: the run's files are not needed any more.
  void forget(const std::string& binding) const;

 private:
  explicit Memory(std::string folder) : folder_(std::move(folder)) {}
  [[nodiscard]] std::string note_path(const std::string& binding) const;
  std::string folder_;
};

}  // namespace pawl::gatekeeper
