// What a series counts, read from its name and labels.
#pragma once

#include <compare>
#include <optional>
#include <string>

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

/// Which counter of its group a series is. Errors are the sum of the interactions.
enum class CounterPart { Count, Sum, Squares };

struct SeriesRole {
  Topic topic;
  CounterPart part = CounterPart::Count;
  std::string pod;               ///< whose exposition it belongs to
  bool of_this_rollout = false;  ///< labelled with the rollout: the counter began with it
};

/// The arms are told apart by the label `revision`. Nothing for a series that is of neither arm, or of no use.
std::optional<SeriesRole> role_of(const Series& series, const std::string& canary_digest,
                                  const std::string& stable_digest);

}  // namespace pawl::domain
