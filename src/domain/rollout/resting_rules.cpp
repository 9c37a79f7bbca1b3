// What is left to do or to say while nothing moves.
#include "domain/rollout/conditions_of.h"
#include "domain/rollout/ending.h"
#include "domain/rollout/rule_parts.h"
#include "domain/rollout/rules.h"

namespace pawl::domain {

Answer let_the_previous_go(const Observation& seen, Instant now) {
  if (seen.status.phase != Phase::Stable || !seen.status.previous) return std::nullopt;
  if (seen.status.previous_until && now < *seen.status.previous_until) return std::nullopt;
  const std::string gone = seen.status.previous->name + " is retired";
  const bool undone = is_quarantined(seen.status, *seen.status.previous);
  Advance out = undone
                    ? stay(seen, "let_the_previous_go", "Drained", "open requests had time to finish; " + gone)
                    : stay(seen, "let_the_previous_go", "SoakEnded", seen.status.stable->name + " has soaked; " + gone);
  out.status.previous.reset();
  out.status.previous_until.reset();
  out.status.soak.reset();
  out.status.weights.changes.clear();
  return out;
}

Answer hold_while_paused(const Observation& seen, Instant) {
  if (!seen.spec.paused || seen.status.phase == Phase::Promoting) return std::nullopt;
  const bool judged = seen.status.phase == Phase::Canary || seen.status.phase == Phase::Preparing;
  return stay(seen, "hold_while_paused", "Paused", "spec.paused is true; breakers stay armed, nothing moves forward",
              judged ? std::optional(deadline_of(seen)) : std::nullopt);
}

/// Once for each alarm; the condition that it leaves says that it was told.
Answer tell_of_drift(const Observation& seen, Instant now) {
  if (seen.status.phase != Phase::Stable || seen.status.previous) return std::nullopt;
  if (seen.judgement.stable_watch.opinion != WatchOpinion::Drifting ||
      is_true(seen.status.conditions, "StableDrifting")) {
    return std::nullopt;
  }
  Advance out = stay(seen, "tell_of_drift", "StableDrifting", seen.judgement.stable_watch.message);
  record_decision(out, "Drifting", *seen.status.stable, now);
  return out;
}

Answer go_on(const Observation& seen, Instant now) {
  if (seen.status.phase == Phase::Canary) {
    return stay(seen, "go_on", "GatheringEvidence",
                "the last step has soaked; waiting for every capability to be proven no worse", deadline_of(seen));
  }
  if (seen.status.previous && is_quarantined(seen.status, *seen.status.previous)) {
    return stay(seen, "go_on", "Draining",
                seen.status.stable->name + " serves all traffic again; open requests of " + seen.status.previous->name +
                    " may finish",
                seen.status.previous_until);
  }
  const bool soaking = seen.status.previous && seen.status.previous_until && now < *seen.status.previous_until;
  return stay(seen, "go_on", soaking ? "Soaking" : "Serving",
              seen.status.stable->name + (soaking ? " serves; the previous stable stays warm" : " serves all traffic"),
              soaking ? seen.status.previous_until : std::nullopt);
}

}  // namespace pawl::domain
