// The watch on stable itself: do its scores still look as they did when it was judged? (canary-statistics 1.v)
//
// There is no second arm, so nothing tells a worse model from harder questions. An alarm therefore takes nothing back;
// it says that something changed, and the next edit, or a person, answers.
#pragma once

#include <array>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "domain/evidence/block.h"
#include "domain/evidence/change_watch.h"

namespace pawl::domain {

/// What one capability scored when the revision was last judged.
struct ScoreReference {
  double mean = 0;  ///< [0,1]
  double n = 0;     ///< scores behind it, above 0
  bool operator==(const ScoreReference&) const = default;
};
using StableReference = std::map<std::string, ScoreReference>;  ///< by capability

struct StableWatchPolicy {
  Duration block = std::chrono::minutes{1};               ///< how often `end_of_block` is called
  Duration between_alarms = std::chrono::hours{30 * 24};  ///< mean time to a false alarm, all capabilities together
  double default_margin = 0.05;                           ///< half a margin below the reference is no drift
  std::map<std::string, double> margins;                  ///< of capabilities with their own
};

enum class WatchOpinion { Unknown, Steady, Drifting };

struct StableOpinion {
  WatchOpinion opinion = WatchOpinion::Unknown;
  std::string message;  ///< Drifting: capabilities and numbers, as they were when the alarm was raised
  bool operator==(const StableOpinion&) const = default;
};

/// H0 for each capability: its mean is at most half a margin, or two standard errors of the reference if that is more,
/// below the reference. Against it the same four drops in log odds are bet on as in a trial. A capability without a
/// reference makes one of its first 200 scores, and so does one whose evaluator changed. Not thread-safe.
class StableWatch {
 public:
  /// `resumed`: an alarm was raised before a restart; it ends by evidence, not by forgetting.
  StableWatch(StableWatchPolicy policy, StableReference reference, bool resumed = false);

  /// What a capability gained since the block before; `stratum` is its evaluator and version.
  void add(const std::string& capability, const std::string& stratum, const ArmCounts& scores);
  void end_of_block();
  [[nodiscard]] const StableOpinion& opinion() const { return opinion_; }

 private:
  static constexpr std::array<double, 4> kLogOddsDrops{0.25, 0.5, 1, 2};
  struct Watched {
    std::optional<ScoreReference> reference;
    std::string stratum;
    ArmCounts learning;  ///< becomes the reference
    ArmCounts block;
    ArmCounts recent;  ///< since the statistic was last below one: what the alarm is about
    std::array<ChangeWatch, kLogOddsDrops.size()> watches;
    bool seen = false;
    bool alarmed = false;
    std::string words;
  };
  [[nodiscard]] double threshold() const;
  [[nodiscard]] double null_mean(const std::string& capability, const ScoreReference& reference) const;
  void learn(Watched& watched) const;
  void bet(const std::string& capability, Watched& watched) const;

  StableWatchPolicy policy_;
  bool resumed_;
  std::map<std::string, Watched> watched_;
  StableOpinion opinion_;
};

}  // namespace pawl::domain
