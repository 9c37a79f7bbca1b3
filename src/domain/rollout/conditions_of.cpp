#include "domain/rollout/conditions_of.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "domain/evidence/trial.h"
#include "domain/rollout/gate.h"
#include "domain/rollout/loss_budget.h"
#include "domain/rollout/rule_parts.h"

namespace pawl::domain {
namespace {

/// Words for which waiting does not help: a person must change something.
constexpr std::array<std::string_view, 10> kStalled = {
    "InvalidSpec",    "RouteClaimed", "Forbidden",         "ServiceNotOurs",   "RouteUnusable",
    kRouteContention, "WrongDigest",  "NoInitialRevision", "InitialNotProven", "StatusUnreadable"};

bool stalled_word(const std::string& word) {
  return std::find(kStalled.begin(), kStalled.end(), word) != kStalled.end();
}

/// The last candidate did not make it, and nothing else has been promoted since.
bool last_edit_failed(const RolloutStatus& status) {
  return status.stable && !status.candidate && !status.history.empty() &&
         status.history.back().outcome != Outcome::Promoted;
}

struct Writer {
  std::vector<Condition>& out;
  std::int64_t generation;
  Instant now;

  void set(std::string type, bool truth, std::string reason, std::string message) {
    set_condition(out,
                  {std::move(type),
                   truth ? ConditionStatus::True : ConditionStatus::False,
                   std::move(reason),
                   std::move(message),
                   generation,
                   {}},
                  now);
  }
  void only_when(bool truth, const std::string& type, const std::string& reason, const std::string& message) {
    if (truth) set(type, true, reason, message);
    else remove_condition(out, type);
  }
};

void apply_ready(Writer& w, const RolloutStatus& s, const Reason& why) {
  const bool settled = s.phase == Phase::Stable;
  const bool failed = last_edit_failed(s);
  const bool stalled = stalled_word(why.word);
  if (failed && settled && !stalled) {
    const HistoryEntry& last = s.history.back();
    w.set("Promoted", false, last.reason,
          last.revision.name + " did not ship; " + s.stable->name + " serves all traffic");
    w.set("Ready", false, last.reason, last.revision.name + " did not ship; apply a changed revision");
  } else {
    const std::string message = settled && s.stable ? s.stable->name + " serves all traffic" : why.message;
    w.set("Promoted", settled && !failed, !settled ? why.word : failed ? s.history.back().reason : "Promoted", message);
    w.set("Ready", settled && !stalled, settled && !stalled ? "Ready" : why.word, stalled ? why.message : message);
  }
  w.only_when(stalled || (failed && settled), "Stalled",
              stalled  ? why.word
              : failed ? s.history.back().reason
                       : "",
              stalled ? why.message : "the last edit was taken back; apply a changed revision");
  w.only_when(!settled && !stalled, "Reconciling", why.word, why.message);
}

void apply_weights_verified(Writer& w, const Observation& seen, const RolloutStatus& s) {
  const RouteView& route = seen.world.route;
  if (!route.contender.empty()) {
    w.set("WeightsVerified", false, kRouteContention, contention_text(route));
    return;
  }
  const bool accepted = route.present && route.accepted && route.canary == s.weights.desired &&
                        route.stable + route.canary == kWholeShare;
  w.set("WeightsVerified", accepted, accepted ? "Accepted" : "NotAccepted",
        accepted ? "every parent accepted the weights as written"
                 : "the gateway has not accepted the weights as written");
}

/// The message stays while the same capabilities are short: its numbers change with each scrape.
void apply_shortages(Writer& w, const Observation& seen, const RolloutStatus& s) {
  const std::vector<Shortage>& shortages = seen.judgement.shortages;
  if (s.phase == Phase::Canary && seen.judgement.kind == Verdict::Kind::None) return;  // after a restart: not known yet
  if (s.phase != Phase::Canary || shortages.empty()) return remove_condition(w.out, "EvidenceTooSlow");
  const Condition* told = find_condition(w.out, "EvidenceTooSlow");
  const std::string same = names_of(shortages) + ":";
  if (told != nullptr && told->message.starts_with(same)) return;
  w.set("EvidenceTooSlow", true, "TooFewScores", describe(shortages, seen.spec));
}

/// An alarm stays as it was told until the watch has seen it end, or another revision is stable.
void apply_stable_watch(Writer& w, const Observation& seen, const RolloutStatus& s) {
  const StableOpinion& watch = seen.judgement.stable_watch;
  if (watch.opinion == WatchOpinion::Steady || s.stable != seen.status.stable) {
    remove_condition(w.out, "StableDrifting");
  } else if (watch.opinion == WatchOpinion::Drifting && !is_true(w.out, "StableDrifting")) {
    w.set("StableDrifting", true, "ScoresFell",
          watch.message +
              "; nothing was taken back. Look at what users ask and at the tools, or let the next edit mend it");
  }
}

void apply_accepted(Writer& w, const Observation& seen, const Reason& why) {
  const bool refused = why.rule == "stop_on_invalid_spec" || why.rule == "hold_while_forbidden" ||
                       why.rule == "choose_the_first_revision";
  if (refused && why.word != "InitialRevision") return w.set("Accepted", false, why.word, why.message);
  const GateSpec& gate = seen.spec.gate;
  if (gate.suites.empty()) {
    return w.set("Accepted", true, "NoGate", "the spec can be followed; no suite is listed, so the gate is skipped");
  }
  w.set("Accepted", true, "Gated",
        "the spec can be followed; " +
            std::string(gate.required ? "each edit must pass " : "each edit is judged, without consequence, by ") +
            suites_text(gate));
}

std::string_view gate_word(GateState state, bool required) {
  switch (state) {
    case GateState::Waiting:
      return "WaitingForGate";
    case GateState::Passed:
      return "GatePassed";
    case GateState::Failed:
      return required ? kRejectedByGate : "GateFailed";
    case GateState::Insufficient:
      return "GateInsufficient";
    case GateState::Expired:
      return kGateExpired;
    case GateState::Skipped:
      return "NoGate";
  }
  return "NoGate";
}

void apply_gate(Writer& w, const Observation& seen, const RolloutStatus& s) {
  if (seen.spec.gate.suites.empty() || !s.gate || s.gate->state == GateState::Skipped) {
    return remove_condition(w.out, "GatePassed");
  }
  w.set("GatePassed", s.gate->state == GateState::Passed,
        std::string(gate_word(s.gate->state, seen.spec.gate.required)),
        s.gate->candidate.name + ": " + s.gate->message);
}

std::string lost_names(const std::vector<std::string>& names) {
  constexpr std::size_t kFew = 4;
  std::string out;
  for (std::size_t i = 0; i < names.size() && i < kFew; ++i) out += (i == 0 ? "" : ", ") + names[i];
  return names.size() > kFew ? out + " and " + std::to_string(names.size() - kFew) + " more" : out;
}

std::vector<std::string> lost_rows(const std::vector<ScoreRow>& rows) {
  std::vector<std::string> out;
  for (const ScoreRow& row : rows) {
    if (row.state == CapabilityState::Lost) out.push_back(row.capability);
  }
  return out;
}

/// Stays until another candidate has its turn: whoever comes later shall still see why the last one did not ship.
void apply_mean_up_skill_down(Writer& w, const Observation& seen, const RolloutStatus& s) {
  const bool of_this = s.gate && (!s.candidate || s.candidate->revision == s.gate->candidate);
  const auto at_gate = of_this ? lost_under_a_rising_mean(seen, *s.gate) : std::vector<std::string>{};
  if (!at_gate.empty()) {
    return w.set(kMeanUpSkillDown, true, "LostAtGate",
                 s.gate->candidate.name + ": the mean over all cases of the gate rose, and lost is " +
                     lost_names(at_gate) + "; propose an edit that keeps it");
  }
  if (seen.judgement.mean_up_skill_down && seen.status.candidate) {
    return w.set(kMeanUpSkillDown, true, "LostInCanary",
                 seen.status.candidate->revision.name + ": the mean score of the canary rose, and lost is " +
                     lost_names(lost_rows(seen.judgement.scoreboard)) + "; propose an edit that keeps it");
  }
  const bool begins = s.phase == Phase::Preparing || s.phase == Phase::Promoting;
  const bool judged = s.phase == Phase::Canary && seen.judgement.kind != Verdict::Kind::None;
  if (begins || judged) remove_condition(w.out, kMeanUpSkillDown);
}

}  // namespace

void apply_conditions(Advance& answer, const Observation& seen, Instant now) {
  RolloutStatus& s = answer.status;
  const Reason& why = answer.why;
  Writer w{s.conditions, seen.generation, now};
  apply_accepted(w, seen, why);
  const bool serving = s.stable && s.phase != Phase::Pending && s.phase != Phase::Starting;
  w.set("Serving", serving, serving ? "StableServes" : why.word,
        serving ? "the stable revision serves whatever the candidate does" : why.message);
  apply_ready(w, s, why);
  apply_gate(w, seen, s);
  apply_mean_up_skill_down(w, seen, s);
  w.only_when(seen.spec.paused, "Paused", "Paused", "spec.paused is true");
  const auto spent = budget_spent(seen.spec, s);
  w.only_when(spent.has_value(), "LossBudgetSpent", "LossBudgetSpent", spent.value_or(""));
  apply_stable_watch(w, seen, s);
  apply_shortages(w, seen, s);
  apply_weights_verified(w, seen, s);
  if (s.phase == Phase::Canary) {
    const bool stale = seen.judgement.kind == Verdict::Kind::None ||
                       (seen.judgement.kind == Verdict::Kind::Hold && seen.judgement.reason == kEvidenceStale);
    w.set("EvidenceFresh", !stale, stale ? kEvidenceStale : "Fresh",
          stale ? "no new samples; weights stay frozen and nobody is blamed" : "samples arrive");
  } else {
    remove_condition(s.conditions, "EvidenceFresh");
  }
}

}  // namespace pawl::domain
