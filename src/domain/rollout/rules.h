// The rules of `advance`. Each looks at one thing and has an answer, or leaves it to the next; their order is in
// advance.cpp. Pure.
#pragma once

#include <optional>

#include "domain/rollout/advance.h"

namespace pawl::domain {

using Answer = std::optional<Advance>;

// safety_rules.cpp: traffic goes back to stable
Answer finish_on_deletion(const Observation& seen, Instant now);
Answer hold_an_unsound_status(const Observation& seen, Instant now);
Answer roll_back_on_guardrail(const Observation& seen, Instant now);
Answer stop_on_invalid_spec(const Observation& seen, Instant now);
Answer hold_while_forbidden(const Observation& seen, Instant now);
Answer give_back_a_withdrawn_candidate(const Observation& seen, Instant now);
Answer continue_rolling_back(const Observation& seen, Instant now);
Answer give_back_when_the_candidate_is_gone(const Observation& seen, Instant now);
Answer roll_back_on_regression(const Observation& seen, Instant now);
Answer give_back_when_inconclusive(const Observation& seen, Instant now);

// first_revision_rules.cpp: what serves when nothing served before
Answer choose_the_first_revision(const Observation& seen, Instant now);
Answer start_the_first_revision(const Observation& seen, Instant now);

// gate_rules.cpp: the held-out gate stops or delays a revision
Answer hold_the_first_revision_at_the_gate(const Observation& seen, Instant now);
Answer stop_what_the_gate_refuses(const Observation& seen, Instant now);
Answer wait_for_the_gate(const Observation& seen, Instant now);
Answer hold_the_promotion_at_the_gate(const Observation& seen, Instant now);

// candidate_rules.cpp: from acceptance to promotion
Answer take_the_next_candidate(const Observation& seen, Instant now);
Answer wait_until_prepared(const Observation& seen, Instant now);
Answer prepare_the_candidate(const Observation& seen, Instant now);
Answer wait_until_accepted(const Observation& seen, Instant now);
Answer hold_the_share(const Observation& seen, Instant now);
Answer wait_for_soak(const Observation& seen, Instant now);
Answer step_up(const Observation& seen, Instant now);
Answer promote_at_the_last_step(const Observation& seen, Instant now);
Answer continue_promoting(const Observation& seen, Instant now);

// resting_rules.cpp: nothing moves
Answer let_the_previous_go(const Observation& seen, Instant now);
Answer hold_while_paused(const Observation& seen, Instant now);
Answer tell_of_drift(const Observation& seen, Instant now);
Answer go_on(const Observation& seen, Instant now);

}  // namespace pawl::domain
