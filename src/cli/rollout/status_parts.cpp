#include "cli/rollout/status_parts.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/counted.h"
#include "cli/rollout/score_table.h"
#include "cli/shell_words.h"
#include "cli/text.h"
#include "codec/enums.h"
#include "codec/share.h"
#include "domain/rollout/gate.h"
#include "domain/rollout/loss_budget.h"

namespace pawl::cli {
namespace {

using codec::format_share;
using domain::Phase;

const domain::TrippedBreaker* tripped(const Picture& p, const std::string& name) {
  for (const domain::TrippedBreaker& breaker : p.status.breakers) {
    if (breaker.name == name) return &breaker;
  }
  return nullptr;
}

std::string confirmed(const domain::WeightStatus& weights) {
  if (!weights.accepted) return "the gateway has not accepted it yet";
  return weights.measured ? fmt::format("the gateway accepted {}, measured {}", format_share(*weights.accepted),
                                        format_share(*weights.measured))
                          : fmt::format("the gateway accepted {}", format_share(*weights.accepted));
}

std::string accepted_text(const domain::WeightStatus& weights, bool canary) {
  if (!weights.accepted) return "waiting";
  return format_share(canary ? *weights.accepted : domain::kWholeShare - *weights.accepted);
}

std::string measured_text(const domain::WeightStatus& weights, bool canary) {
  if (!weights.measured) return "-";
  return format_share(canary ? *weights.measured : domain::kWholeShare - *weights.measured);
}

std::string traffic_line(const Picture& p, const std::string& role, const domain::RevisionRef& revision,
                         const std::string& state) {
  const bool canary = role == "canary";
  const domain::WeightStatus& w = p.status.weights;
  const std::string want = format_share(canary ? w.desired : domain::kWholeShare - w.desired);
  return "  " + left(role, 9) + left(printable(revision.name), 28) + left(short_hash(revision.digest), 14) +
         left(state, 12) + right(want, 8) + right(accepted_text(w, canary), 10) + right(measured_text(w, canary), 10) +
         "\n";
}

std::string candidate_state(const domain::RolloutStatus& s) {
  switch (s.phase) {
    case Phase::Preparing:
      return "Preparing";
    case Phase::Canary:
      return "Judged";
    case Phase::Promoting:
      return "Promoting";
    case Phase::RollingBack:
      return s.drained_at ? "Draining" : "TakenBack";
    case Phase::Pending:
    case Phase::Starting:
    case Phase::Stable:
      break;
  }
  return "-";
}

std::string route_line(const Picture& p) {
  const domain::Condition* verified = domain::find_condition(p.status.conditions, "WeightsVerified");
  const std::string what = verified == nullptr ? "not looked at yet" : verified->message;
  return labelled(
      "  route", fmt::format("HTTPRoute/{}/{} rule {}: {}", p.ns, p.spec.traffic.route_name, p.spec.traffic.rule, what),
      2, 11);
}

std::string breaker_limit(const domain::BreakerSpec& breaker) {
  if (breaker.guardrail_class && breaker.max_rate) {
    return fmt::format("{}: at most {} each", *breaker.guardrail_class, *breaker.max_rate);
  }
  if (breaker.guardrail_class) {
    return fmt::format("{}: at most {}", *breaker.guardrail_class, counted(breaker.max_events, "event"));
  }
  if (breaker.events) return fmt::format("{} events, against stable", breaker.events->kind);
  if (breaker.latency) return fmt::format("answers in {} s, against stable", breaker.latency->le);
  return "error rate, against stable";
}

std::string breaker_line(const std::string& name, const std::string& limit, const domain::TrippedBreaker* trip,
                         Instant now) {
  const std::string note = trip == nullptr ? std::string{} : trip->reason + " at " + moment(trip->at, now);
  std::string out = "  " + left(printable(name), 24) + left(trip == nullptr ? "closed" : "TRIPPED", 9) +
                    left(printable(limit), 30) + left(printable(note), 35);
  out.erase(out.find_last_not_of(' ') + 1);
  return out + "\n";
}

std::string object(const Picture& p) { return "aroll " + shell_word(p.name); }
std::string kubectl(const Picture& p) { return "kubectl -n " + shell_word(p.ns) + " "; }

std::string pause_command(const Picture& p, bool paused) {
  return kubectl(p) + "patch " + object(p) + R"( --type merge -p '{"spec":{"paused":)" + (paused ? "true" : "false") +
         "}}'";
}

std::string step_text(const Picture& p, std::size_t i) {
  const domain::Step& step = p.spec.steps[i];
  const int at = p.status.candidate ? p.status.step : -1;
  const std::string text = format_share(step.weight) + " " + format_duration(step.soak);
  if (static_cast<int>(i) < at) return text + " done";
  if (static_cast<int>(i) > at) return text;
  const bool back = p.status.phase == Phase::RollingBack;
  return "[" + text + (back ? " taken back]" : p.status.phase == Phase::Promoting ? " done]" : " now]");
}

}  // namespace

std::string phase_words(Phase phase) {
  switch (phase) {
    case Phase::Pending:
      return "PENDING";
    case Phase::Starting:
      return "STARTING";
    case Phase::Stable:
      return "STABLE";
    case Phase::Preparing:
      return "PREPARING";
    case Phase::Canary:
      return "CANARY";
    case Phase::Promoting:
      return "PROMOTING";
    case Phase::RollingBack:
      return "ROLLING BACK";
  }
  return "?";
}

std::string why_text(const Picture& p) {
  const auto& decision = p.status.last_decision;
  if (!decision) return p.status.next.what.empty() ? "nothing was decided yet" : p.status.next.what;
  const bool trips = !p.status.breakers.empty() && decision->what == "RolledBack";
  const std::string cause = trips
                                ? "breaker " + p.status.breakers.back().name + " TRIPPED on " + decision->revision.name
                                : decision->reason + " on " + decision->revision.name;
  return cause + (decision->message.empty() ? "" : ": " + decision->message);
}

std::string action_text(const Picture& p) {
  const auto& decision = p.status.last_decision;
  if (!decision) return "none yet";
  std::string out = fmt::format("automatic: {} {} at {}, record {}; ", decision->what, decision->revision.name,
                                moment_and_age(decision->at, p.now), decision->record);
  if (p.record) {
    out +=
        fmt::format("weight {} -> {}, ", format_share(p.record->canary_before), format_share(p.record->canary_after));
  } else out += fmt::format("weight {}, ", format_share(p.status.weights.desired));
  return out + confirmed(p.status.weights);
}

std::string next_text(const Picture& p) {
  const domain::NextAction& next = p.status.next;
  if (next.what.empty() && !next.at) return "nothing is under way";
  return next.at ? fmt::format("{}; {} {}", next.what, p.status.phase == Phase::Canary ? "by" : "until",
                               moment_and_age(*next.at, p.now))
                 : next.what;
}

std::string certainty_text(const Picture& p) {
  const auto rows = scoreboard_of(p);
  if (rows.empty()) {
    return "no numbers yet; " +
           std::string(p.status.candidate ? "the share does not rise without them" : "nothing is being judged");
  }
  const std::string source =
      p.status.scoreboard.empty() && p.record ? fmt::format(" (as of record {})", p.record->sequence) : std::string{};
  return certainty(rows) + source + fmt::format("; alpha {}", p.spec.analysis.alpha);
}

std::string what_to_do(const Picture& p) {
  const domain::Condition* stalled = domain::find_condition(p.status.conditions, "Stalled");
  const bool failed_edit =
      !p.status.history.empty() && stalled != nullptr && stalled->reason == p.status.history.back().reason;
  if (stalled != nullptr && !failed_edit) return "NEEDED: " + stalled->reason + ": " + stalled->message;
  if (failed_edit) {
    return "nothing urgent: " + p.status.history.back().revision.name +
           " did not ship; another edit needs other content";
  }
  if (p.spec.paused) return "paused by spec.paused; breakers stay armed. Go on:";
  if (p.status.phase == Phase::Canary || p.status.phase == Phase::Preparing) {
    return "nothing required. Hold the share where it is, or take the edit back by deleting it:";
  }
  return p.status.phase == Phase::Pending ? "see Next" : "nothing required. Let no further edit begin:";
}

std::vector<std::string> commands_to_paste(const Picture& p) {
  if (p.spec.paused) return {pause_command(p, false)};
  const bool judging = p.status.phase == Phase::Canary || p.status.phase == Phase::Preparing;
  if (judging && p.status.candidate) {
    return {pause_command(p, true), kubectl(p) + "delete arev " + shell_word(p.status.candidate->revision.name)};
  }
  if (p.status.phase == Phase::Pending || domain::is_true(p.status.conditions, "Stalled")) return {};
  return {pause_command(p, true)};
}

std::vector<domain::ScoreRow> scoreboard_of(const Picture& p) {
  const bool of_this_edit = p.record && (!p.status.candidate || p.record->revision == p.status.candidate->revision);
  return p.status.scoreboard.empty() && of_this_edit ? p.record->scoreboard : p.status.scoreboard;
}

std::string traffic_part(const Picture& p) {
  std::string out = left("TRAFFIC", 11) + left("revision", 28) + left("digest", 14) + left("state", 12) +
                    right("want", 8) + right("accepted", 10) + right("measured", 10) + "\n";
  if (p.status.stable) out += traffic_line(p, "stable", *p.status.stable, "Current");
  if (p.status.candidate) out += traffic_line(p, "canary", p.status.candidate->revision, candidate_state(p.status));
  if (p.status.previous) {
    const std::string until =
        p.status.previous_until ? "warm until " + moment_and_age(*p.status.previous_until, p.now) : "warm";
    out += "  " + left("previous", 9) + left(printable(p.status.previous->name), 28) +
           left(short_hash(p.status.previous->digest), 14) + until + "\n";
  }
  return out + route_line(p);
}

std::string breaker_part(const Picture& p) {
  std::string out = left("BREAKERS", 26) + left("state", 9) + left("limit", 30) + "note\n";
  for (const domain::BreakerSpec& breaker : p.spec.breakers) {
    out += breaker_line(breaker.name, breaker_limit(breaker), tripped(p, breaker.name), p.now);
  }
  for (const domain::TrippedBreaker& trip : p.status.breakers) {
    const bool listed = std::any_of(p.spec.breakers.begin(), p.spec.breakers.end(),
                                    [&](const domain::BreakerSpec& b) { return b.name == trip.name; });
    if (!listed) out += breaker_line(trip.name, "built in", &trip, p.now);
  }
  if (p.spec.breakers.empty() && p.status.breakers.empty()) out += "  none in the spec\n";
  return out;
}

std::string ledger_part(const Picture& p) {
  std::string out;
  const auto narrowed = domain::narrowed_margins(p.spec, p.status.loss_ledger);
  for (const domain::CapabilityLoss& c : p.status.loss_ledger.losses) {
    const double lost = std::max(0.0, c.settled + c.latest);
    if (lost <= 0) continue;
    out += fmt::format("{}{} lost {:.3f} of {:.3f}", out.empty() ? "" : "; ", c.capability, lost,
                       domain::loss_budget(p.spec, c.capability));
    const auto narrow = std::find_if(narrowed.begin(), narrowed.end(),
                                     [&](const domain::NarrowedMargin& n) { return n.capability == c.capability; });
    if (narrow != narrowed.end()) {
      out += narrow->margin > 0 ? fmt::format(", margin now {:.3f}", narrow->margin)
                                : std::string(", the next edit must be better");
    }
  }
  return out.empty() ? out : labelled("LEDGER", "since " + p.status.loss_ledger.anchor + ": " + out, 4);
}

std::string gate_part(const Picture& p) {
  const auto& gate = p.status.gate;
  if (!gate || gate->state == domain::GateState::Skipped) {
    return p.spec.gate.suites.empty() ? std::string{}
                                      : labelled("GATE", "not asked yet; " + domain::suites_text(p.spec.gate), 2);
  }
  const std::string since =
      gate->requested_at ? fmt::format(", asked {}", moment_and_age(*gate->requested_at, p.now)) : std::string{};
  const std::string weight = p.spec.gate.required ? "" : " (only informs)";
  const std::string asked =
      p.gate_progress ? fmt::format("; the gate has asked {} of {}", p.gate_progress->done, p.gate_progress->planned)
                      : std::string{};
  return labelled("GATE",
                  fmt::format("{} {}{}{}: {}{}", json::enum_name(codec::kGateStateNames, gate->state),
                              gate->candidate.name, since, weight, gate->message, asked),
                  3);
}

std::string steps_part(const Picture& p) {
  std::string out;
  for (std::size_t i = 0; i < p.spec.steps.size(); ++i) out += (i == 0 ? "" : " | ") + step_text(p, i);
  return labelled("STEPS", out.empty() ? "none" : out, 2);
}

}  // namespace pawl::cli
