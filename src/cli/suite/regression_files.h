// A regression suite on disk: beside `frozen.jsonl` lie `frozen.known`, the ids of all cases that were ever frozen
// here, one a line, and `frozen.waivers.jsonl`. All three belong into version control: a case that goes takes a line
// out of two files, or a reviewer sees who waived it.
#pragma once

#include <iosfwd>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "cli/suite/suite_commands.h"
#include "suite/regression.h"

namespace pawl::cli {

/// "evals/frozen.jsonl" -> "evals/frozen.known", and "evals/frozen.waivers.jsonl".
std::string known_path(const std::string& suite);
std::string waivers_path(const std::string& suite);

/// The suite with what lies beside it; what is not there is empty. `known`: a list to read in the place of the suite's
/// own, such as that of the main branch; may be empty.
Result<suite::RegressionSet> read_regression(std::ostream& err, const std::string& suite,
                                             const std::string& known = "");

/// As the gate takes it. What is not wrong and yet worth a word goes to `err`.
Result<suite::Regression> settle_regression(std::ostream& err, const std::string& suite);

/// Adds the cases to those of the suite, and their ids to the known ones; who is there already is not added twice.
Status add_frozen(std::ostream& err, const std::string& suite, const std::vector<domain::Case>& cases);

struct SuiteRetireOrder {
  std::string suite;
  std::string id;
  std::string owner;
  std::string reason;
};
/// `pawl suite retire`: a waiver, beside the suite. Exit codes: 0, or 1 when no such case was ever there.
int run_suite_retire(const SuiteTerminal& terminal, const SuiteRetireOrder& order, const Clock& clock);

}  // namespace pawl::cli
