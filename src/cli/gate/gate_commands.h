// `pawl gate run` and `pawl scores`: files in, reports out; no cluster.
#pragma once

#include <cstdint>
#include <iosfwd>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "base/time.h"

namespace pawl::cli {

/// Exit codes of the gate. 1 (kFailed) is an error, a void run too: no verdict was reached.
inline constexpr int kGatePassed = 0;
inline constexpr int kGateInsufficient = 5;
inline constexpr int kGateFailed = 100;

struct GateTerminal {
  std::ostream& out;
  std::ostream& err;
  bool json = false;  ///< -o json
  bool tty = false;   ///< `err` is a terminal: progress is one line that changes
};

struct GateRunOrder {
  std::vector<std::string> suites{};  ///< FILE or FILE=tier; without a tier it is held out
  std::string candidate{};            ///< URL
  std::string stable{};               ///< URL; empty: a first revision
  std::string candidate_digest{};     ///< the bundle it must run; empty: whichever it runs when the run begins
  std::string stable_digest{};
  std::string policy{};         ///< file; empty: the defaults
  std::optional<int> epochs{};  ///< above the policy's
  int concurrency = 8;
  std::optional<std::uint64_t> seed{};  ///< absent: drawn, and told
  std::string journal{};
  Duration timeout{60'000};
  std::vector<std::string> edit{};    ///< files or folders, scanned for held-out text before anybody is asked
  std::vector<std::string> before{};  ///< the parent's
  std::vector<std::string> claims{};
  std::optional<int> candidate_number{};  ///< absent: the ledger's, or 1 without one
  std::string ledger{};                   ///< file; empty: nobody counts
  std::optional<std::int64_t> generation{};
  std::vector<std::string> reports{};  ///< "json=FILE", "junit=FILE", "markdown=FILE", "sarif=FILE"
  std::string details{};               ///< file for the report that names held-out cases; never for the proposer
  std::string model{};                 ///< the field "model" of requests, and the name that a judge must not have
  std::string request{};               ///< file: a request template
  std::string answer{};                ///< JSON pointer to the answer
  std::string revision_path = "/revision";
  std::string agent_key{};  ///< bearer token for the agent
  std::string judge_endpoint{};
  std::string judge_model{};
  std::string judge_key{};
  std::vector<std::string>
      judge_calibrations{};  ///< files; without one for its rubric a judge informs and decides nothing
};
/// The verdict's exit code.
int run_gate_run(const GateTerminal& terminal, const GateRunOrder& order, const Clock& clock,
                 const std::stop_token& stop);

/// The scoreboard of a JSON report.
int run_scores(const GateTerminal& terminal, const std::string& file);
/// The same of a text; `source` names it in complaints.
int show_scores(const GateTerminal& terminal, const std::string& source, const std::string& text);

}  // namespace pawl::cli
