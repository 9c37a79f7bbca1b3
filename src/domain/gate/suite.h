// What the user asks of an EvalSuite, and what the gate says of it: EvalSuite.spec and .status as values.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "domain/conditions.h"
#include "domain/gate/ledger.h"

namespace pawl::domain {

enum class SuiteTier {
  Dev,         ///< the proposer may read it
  Golden,      ///< public, run in CI as well
  Regression,  ///< frozen production failures; public, since naming a failing case tells about it
  HeldOut,     ///< secret
};

/// Objects that hold the lines of cases, by name or by label; together they are one set.
struct CaseObjects {
  std::vector<std::string> names;
  std::map<std::string, std::string> match_labels;
  std::string key = "cases.jsonl";  ///< in each object's data
  bool operator==(const CaseObjects&) const = default;
};

struct CaseReference {
  std::optional<CaseObjects> config_maps;  ///< of the suite's namespace; every tier but HeldOut
  std::optional<CaseObjects> secrets;      ///< of the gate's own namespace; HeldOut only
  bool operator==(const CaseReference&) const = default;
};

struct SuiteCapability {
  std::string name;
  int min_cases = 20;  ///< fewer: the capability is not protected and its verdict is Insufficient
  bool operator==(const SuiteCapability&) const = default;
};

/// A grader the cases may use, pinned to the version whose verdicts may be compared.
struct SuiteGrader {
  std::string name;
  std::string version;
  bool operator==(const SuiteGrader&) const = default;
};

struct SuiteSpec {
  SuiteTier tier = SuiteTier::Dev;
  CaseReference cases;
  std::vector<SuiteCapability> capabilities;  ///< empty: those of the cases
  std::vector<SuiteGrader> graders;           ///< empty: any
  int epochs = 3;                             ///< runs of each case
  std::int64_t generation = 1;                ///< raised by the owner when the set is rotated
  std::optional<LeakBudget> budget;           ///< HeldOut only; absent there: the defaults
  bool operator==(const SuiteSpec&) const = default;
};

struct CapabilityCount {
  std::string name;
  std::int64_t cases = 0;
  bool is_protected = false;  ///< has as many as it needs
  bool operator==(const CapabilityCount&) const = default;
};

/// Of a regression suite: as many frozen ids are remembered; a suite of more says so in its condition.
inline constexpr std::size_t kKnownCasesMax = 4096;

/// Written by the gate only.
struct SuiteStatus {
  std::int64_t observed_generation = 0;
  std::int64_t size = 0;
  std::string digest;  ///< of all cases (suite_digest)
  std::vector<CapabilityCount> capabilities;
  std::optional<Ledger> ledger;          ///< absent: no candidate was judged by it yet
  std::vector<std::string> known_cases;  ///< frozen ids that were ever there, sorted; at most kKnownCasesMax
  std::vector<Condition> conditions;
  bool operator==(const SuiteStatus&) const = default;
};

}  // namespace pawl::domain
