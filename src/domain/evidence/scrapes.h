// Raw series -> increments per arm. Decides what each series is, drops what cannot be believed, and says so.
#pragma once

#include <compare>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/time.h"
#include "domain/evidence/counters.h"
#include "domain/evidence/series.h"

namespace pawl::domain {

enum class Arm { Canary, Stable };
enum class Kind { Score, Interaction, Violation, Event, Bucket, Served };

/// What a group of counters is about.
struct Topic {
  Kind kind = Kind::Score;
  Arm arm = Arm::Canary;
  std::string subject;  ///< capability, violation class, kind of event, or a bucket's bound as written; else empty
  std::string stratum;  ///< evaluator and its version: only equal ones of both arms are compared
  auto operator<=>(const Topic&) const = default;
};

/// For Interaction, counts.n is interactions and counts.sum is errors.
struct Increment {
  Topic topic;
  std::string pod;
  Instant since;  ///< the scrape before; what lies between belongs to this increment
  Instant at;
  ArmCounts counts;
};

/// A value that was not used: NaN, infinite, negative, too large, not a whole count, or two series where one belongs.
struct Defect {
  Topic topic;
  Instant at;
};

/// Remembers the last counters of every pod. Not thread-safe.
class Scrapes {
 public:
  Scrapes(std::string canary_digest, std::string stable_digest, Instant began, Duration interval);

  struct Gained {
    std::vector<Increment> increments;
    std::vector<Defect> defects;
  };
  /// All series of one poll, in any order, with or without samples seen before. All series of one exposition must come
  /// in the same call. Samples up to `began` only set the starting point.
  Gained add(const std::vector<Series>& raw);

  /// Newest believable sample of an arm (served counts excluded).
  [[nodiscard]] std::optional<Instant> newest(Arm arm) const;

 private:
  struct Slot {
    double value = 0;
    const Series* from = nullptr;  // of the poll being read
    [[nodiscard]] bool set() const { return from != nullptr; }
  };
  struct Group {
    Topic topic;
    Slot n, sum, sumsq;
    bool bad = false;
    bool from_zero = false;  // labelled with the rollout: the counter began with it
  };
  using Exposition = std::map<std::string, Group>;
  struct Pod {
    PodCounters counters;
    std::optional<Instant> last;
    std::set<std::string> with_errors;  // groups whose errors series was seen: from then on it must be there
  };

  void place(const Series& series, std::map<std::string, std::map<Instant, Exposition>>& expositions) const;
  void read(const std::string& name, Pod& pod, Instant at, Exposition& exposition, Gained& gained);
  [[nodiscard]] bool counts_from_zero(const Exposition& exposition, Instant at) const;

  std::string canary_digest_;
  std::string stable_digest_;
  Instant began_;
  Duration interval_;
  std::map<std::string, Pod> pods_;
  std::map<Arm, Instant> newest_;
};

}  // namespace pawl::domain
