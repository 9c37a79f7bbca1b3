// `pawl suite`: files in, files out; no cluster. Exit codes: 0 done and clean, 100 findings, 1 usage, a file that
// cannot be read, or one without a case.
#pragma once

#include <iosfwd>
#include <string>
#include <vector>

namespace pawl::cli {

inline constexpr int kFindings = 100;

/// Where a command speaks.
struct SuiteTerminal {
  std::ostream& out;
  std::ostream& err;
  bool json = false;  ///< -o json
};

struct SuiteImportOrder {
  std::string format;  ///< promptfoo, promptfoo-csv, openai-evals, inspect, bfcl
  std::string input;
  std::string answers;     ///< BFCL only
  std::string output;      ///< "-": standard output
  std::string capability;  ///< empty: "general"
  std::string grader;
};
/// What has no place is listed on standard error; faults give 100 and the cases without fault are written all the same;
/// a file that gives no case at all is an error, and nothing is written.
int run_suite_import(const SuiteTerminal& terminal, const SuiteImportOrder& order);

struct SuiteExportOrder {
  std::string format;
  std::string input;
  std::string output;
  std::string answers;  ///< BFCL only: where the answer file goes
};
int run_suite_export(const SuiteTerminal& terminal, const SuiteExportOrder& order);

struct SuiteLintOrder {
  std::vector<std::string> files;
  std::vector<std::string> held_out;    ///< files that must hold canaries
  std::vector<std::string> regression;  ///< files of frozen cases, with what lies beside them (regression_files.h)
  std::string known;                    ///< the regression files' known cases, from elsewhere; may be empty
};
int run_suite_lint(const SuiteTerminal& terminal, const SuiteLintOrder& order);

struct SuiteSplitOrder {
  std::string input;
  std::string dev;
  std::string held_out;
  double share = 0.5;
  unsigned long long seed = 0;
};
int run_suite_split(const SuiteTerminal& terminal, const SuiteSplitOrder& order);

int run_suite_show(const SuiteTerminal& terminal, const std::string& input);

struct SuiteScanOrder {
  std::string suite;
  std::vector<std::string> edit;    ///< files or folders
  std::vector<std::string> before;  ///< the parent's
};
int run_suite_scan(const SuiteTerminal& terminal, const SuiteScanOrder& order);

struct SuiteFreezeOrder {
  std::string record;  ///< a file with one interaction record, or one a line
  std::string output;
  std::string capability;
  std::string incident;
  std::string reviewer;
};
int run_suite_freeze(const SuiteTerminal& terminal, const SuiteFreezeOrder& order);

}  // namespace pawl::cli
