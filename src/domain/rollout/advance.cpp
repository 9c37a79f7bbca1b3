#include "domain/rollout/advance.h"

#include <algorithm>
#include <array>
#include <vector>

#include "domain/rollout/conditions_of.h"
#include "domain/rollout/gate.h"
#include "domain/rollout/rule_parts.h"
#include "domain/rollout/rules.h"

namespace pawl::domain {
namespace {

using Rule = Answer (*)(const Observation&, Instant);

constexpr Duration kLookAgain{60'000};

/// The policy, as it is asked: the first rule with an answer wins. Those above `hold_while_forbidden` take traffic back
/// on what was measured, decided or told; those below it also trust that nothing is missing from the copy of the
/// cluster, which a refused list breaks.
constexpr std::array kRules = {
    Rule{finish_on_deletion},
    Rule{hold_an_unsound_status},
    Rule{roll_back_on_guardrail},
    Rule{stop_on_invalid_spec},
    Rule{continue_rolling_back},
    Rule{stop_what_the_gate_refuses},
    Rule{roll_back_on_regression},
    Rule{give_back_when_inconclusive},
    Rule{hold_while_forbidden},
    Rule{give_back_a_withdrawn_candidate},
    Rule{choose_the_first_revision},
    Rule{hold_the_first_revision_at_the_gate},
    Rule{start_the_first_revision},
    Rule{give_back_when_the_candidate_is_gone},
    Rule{continue_promoting},
    Rule{let_the_previous_go},
    Rule{hold_while_paused},
    Rule{tell_of_drift},
    Rule{take_the_next_candidate},
    Rule{wait_until_prepared},
    Rule{wait_for_the_gate},
    Rule{prepare_the_candidate},
    Rule{wait_until_accepted},
    Rule{hold_the_share},
    Rule{wait_for_soak},
    Rule{step_up},
    Rule{hold_the_promotion_at_the_gate},
    Rule{promote_at_the_last_step},
    Rule{go_on},
};

/// Moments at which some rule will have to act, whichever rule answers now: one that holds must not make them lost.
/// Not times worth writing down.
std::vector<Instant> moments(const Observation& seen, const RolloutStatus& status, Instant now) {
  std::vector<Instant> out;
  // No event tells that a fight is over.
  if (seen.world.route.fought_over) out.push_back(now + kLookAgain);
  if (status.previous_until) out.push_back(*status.previous_until);
  if (status.drained_at) out.push_back(*status.drained_at);
  // An unsound status may be in that phase with nobody to judge.
  const bool judged = status.phase == Phase::Canary && seen.status.phase == Phase::Canary && seen.status.candidate;
  if (judged) out.push_back(deadline_of(seen));
  std::erase_if(out, [&](Instant moment) { return moment <= now; });
  return out;
}

}  // namespace

Advance advance(const Observation& seen, Instant now) {
  for (const Rule rule : kRules) {
    if (Answer answer = rule(seen, now)) {
      for (const Instant moment : moments(seen, answer->status, now)) {
        answer->wake_at = std::min(answer->wake_at.value_or(moment), moment);
      }
      answer->status.observed_generation = seen.generation;
      keep_the_anchor(seen.spec, answer->status);
      note_gate(seen, answer->status, now);
      apply_conditions(*answer, seen, now);
      return std::move(*answer);
    }
  }
  return stay(seen, "none", "Idle", "nothing to do");
}

}  // namespace pawl::domain
