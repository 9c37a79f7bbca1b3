// `pawl suite admit`: red and green. Drafts are put to the revision that failed and to one that does it right; what
// fails there and passes here enters the regression tier.
#pragma once

#include <stop_token>
#include <string>

#include "base/time.h"
#include "cli/suite/suite_commands.h"

namespace pawl::cli {

struct SuiteAdmitOrder {
  std::string drafts;   ///< file that `suite freeze` wrote
  std::string faulty;   ///< URL of the revision that failed
  std::string correct;  ///< URL of one that does it right
  std::string output;   ///< the suite they are added to (regression_files.h); "-": standard output
  int epochs = 3;       ///< how often each is asked
  Duration timeout{60'000};
  std::string agent_key;
};

/// Exit codes: 0 all admitted; 100 some were not, each told with its reason, the others written all the same; 1 usage,
/// an agent that cannot be reached, or nothing to admit.
int run_suite_admit(const SuiteTerminal& terminal, const SuiteAdmitOrder& order, const Clock& clock,
                    const std::stop_token& stop);

}  // namespace pawl::cli
