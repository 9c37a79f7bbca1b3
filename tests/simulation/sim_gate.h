// The gate of the simulated world: it watches what the rollout asks and answers late, never, wrongly bound, or not at
// all what was hoped for. It writes verdicts into revisions and nothing else.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "simulation/sim_cluster.h"

namespace pawl::simulation {

/// What the verdict is bound to that it should not be.
enum class Flaw { None, OtherContent, OtherStable, OtherPolicy, Expired };

/// How the gate treats one content.
struct GateNature {
  std::optional<Duration> answers_after{5'000};  ///< nothing: never
  domain::GateAnswer verdict = domain::GateAnswer::Pass;
  Flaw flaw = Flaw::None;  ///< of the first answer; the next is sound
};

/// A verdict that was given, however the revision looks by now.
struct Given {
  domain::RevisionGate gate;
  Instant at{};
};

class SimGate {
 public:
  explicit SimGate(SimCluster& cluster) : cluster_(cluster) {}

  /// Looks at the rollout, and answers what is due.
  void tick();
  /// At some time it passed this content against this stable by this policy, and the pass was not older than `slack`
  /// allows.
  [[nodiscard]] bool has_passed(const std::string& content, const std::string& stable, const std::string& policy,
                                Duration slack) const;

  std::map<std::string, GateNature> natures;  ///< by digest; others pass
  Duration holds{24 * 3'600'000};             ///< how long its verdicts hold

 private:
  struct Due {
    domain::GateRequest request;
    Instant at{};
  };
  void take_up(const domain::GateRequest& request);
  void answer(const domain::GateRequest& request);

  SimCluster& cluster_;
  std::optional<domain::GateRequest> taken_;
  std::optional<Due> due_;
  bool bent_ = false;                   ///< the last answer was flawed
  std::map<std::string, int> answers_;  ///< by digest
  std::vector<Given> given_;
};

}  // namespace pawl::simulation
