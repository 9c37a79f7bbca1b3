// The judgement half of the heart: `advance` moves the intent. Pure.
//
//                 first revision     candidate ready, gate passed   last step soaked, evidence proves it, gate still
//                 passes
//   Pending ──> Starting ──> Stable ──> Preparing ──> Canary ───────────────> Promoting ──> Stable
//                              ^            │ gate       │  breaker, gate,   │ guardrail
//                              │            │            │  deadline, withdrawn          │
//                              │            v            v                               v
//                              └─────────────────── RollingBack <────────────────────────┘
//
// While the promoted revision soaks (Stable with `previous` warm) a guardrail moves the pointer back; the
// one taken back is `previous` for as long as its open requests drain.
#pragma once

#include <optional>
#include <string>

#include "domain/rollout/observation.h"

namespace pawl::domain {

/// Why the answer is what it is. Condition, Event, log line and record all come from here.
struct Reason {
  std::string rule;     ///< the rule that answered
  std::string word;     ///< CamelCase
  std::string message;  ///< for a person
};

struct Advance {
  RolloutStatus status;
  std::optional<Instant> wake_at;  ///< look again no later than this
  Reason why;
  bool decided = false;  ///< a decision to record: `status.last_decision` is new
};

/// The next intent. The first rule of an ordered list that has an answer wins; with nothing to do the status
/// comes back unchanged. A clock that stepped back counts as no time passed.
[[nodiscard]] Advance advance(const Observation& seen, Instant now);

}  // namespace pawl::domain
