// What the evidence says at one moment, with the numbers a person needs to check it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "domain/evidence/intervals.h"

namespace pawl::domain {

/// What is known of one capability, metric or the aggregate.
enum class CapabilityState {
  Held,          ///< proven not to have lost more than the margin
  Lost,          ///< blamed for a regression
  Gained,        ///< proven, and better than stable beyond the interval of the difference
  Insufficient,  ///< not enough data, or data that cannot be used
};

/// One line of the scoreboard. Means and intervals are of scores in [0,1].
struct ScoreboardRow {
  std::string capability;
  std::string group;      ///< in which it is judged; empty: by itself
  bool skill = false;     ///< a capability or a group that is judged by itself
  bool required = false;  ///< a promotion needs its proof
  double stable_mean = 0;
  double canary_mean = 0;
  Interval stable_interval;
  Interval canary_interval;
  double loss = 0;         ///< stable minus canary, estimated block by block: a drift of both arms leaves it alone
  double loss_error = 1;   ///< its standard error
  Interval loss_interval;  ///< stable minus canary, display only: positive is worse, in [-1,1]
  double n_stable = 0;
  double n_canary = 0;
  double log_e = 0;              ///< for "worse than stable"
  double log_e_noninferior = 0;  ///< for "lost less than the margin"
  CapabilityState state = CapabilityState::Insufficient;
  bool operator==(const ScoreboardRow&) const = default;
};

struct Verdict {
  /// None: nothing was read yet. What was read never says so.
  enum class Kind { None, RollBackGuardrail, RollBackRegression, Hold, Yellow, Promote, Inconclusive, GoOn };
  Kind kind = Kind::Hold;
  std::string reason;   ///< CamelCase, for conditions and events
  std::string message;  ///< for a person, with numbers
  std::string detail;   ///< why the share is held, for a status: as useful as can be without a number that changes
  std::string breaker;  ///< which breaker trips; empty when none does
  std::vector<std::string> blamed;    ///< proven to be worse
  std::vector<std::string> suspects;  ///< what else may be: a wrong name among them is likelier than among the blamed
  double log_e_global = 0;            ///< of "nothing is wrong"
  std::vector<ScoreboardRow> scoreboard;
  Instant newest_sample{};  ///< the epoch when there is none
  bool fresh = false;       ///< both arms reported within the last four intervals
  bool operator==(const Verdict&) const = default;
};

/// At most `most` rows, in their order: what is lost, then what is required, then what has the most evidence against
/// it.
std::vector<ScoreboardRow> most_telling(std::vector<ScoreboardRow> rows, std::size_t most);

/// A skill is lost while the mean over all skills, each weighed by its scores, rose: what an average hides.
bool mean_up_skill_down(const std::vector<ScoreboardRow>& rows);

/// "Promote", "RollBackRegression", ...
std::string_view to_string(Verdict::Kind kind);
std::string_view to_string(CapabilityState state);

}  // namespace pawl::domain
