// The commands: read, print, answer with an exit code. What they print is made by the pure files beside this one.
#pragma once

#include <functional>
#include <iosfwd>
#include <string>
#include <vector>

#include "base/time.h"
#include "cli/cluster.h"
#include "cli/goal.h"
#include "kube/client.h"

namespace pawl::cli {

/// What a command works with.
struct Session {
  const kube::Client& client;
  const Clock& clock;
  std::ostream& out;
  std::ostream& err;
  bool json = false;  ///< -o json
};

int run_status(const Session& session, const RolloutName& which);
int run_why(const Session& session, const RolloutName& which);
int run_verify(const Session& session, const RolloutName& which);
int run_show(const Session& session, const RolloutName& which);

/// Numbers that a person gives instead of those that were seen.
struct PlanOrder {
  std::vector<std::string> rates;       ///< "600" or "refunds=30"
  std::vector<std::string> pass_rates;  ///< "0.9" or "refunds=0.95"
};
int run_plan(const Session& session, const RolloutName& which, const PlanOrder& order);
/// The plan of a policy in a file; asks no server.
int run_plan_of_text(std::ostream& out, std::ostream& err, bool json, const std::string& title, const std::string& text,
                     const PlanOrder& order);

struct WaitOrder {
  Goal goal = Goal::Stable;
  std::string revision;  ///< empty: whichever is the candidate when the wait begins
  Duration timeout{60'000};
  Duration interval{1'000};
};
/// `sleep` is asked between two looks.
int run_wait(const Session& session, const RolloutName& which, const WaitOrder& order,
             const std::function<void(Duration)>& sleep);

}  // namespace pawl::cli
