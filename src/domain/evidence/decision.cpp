// The decision order of canary-statistics section 2. Everything here only reads the trial.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/counted.h"
#include "domain/evidence/log_space.h"
#include "domain/evidence/multiplicity.h"
#include "domain/evidence/trial.h"

namespace pawl::domain {
namespace {

const double kSplitAlarm = std::log(1000.0);
constexpr double kLeastServed = 20;     // below it a coverage below 90 % is two late scores
constexpr double kPlannedWeight = 300;  // of the difference's interval: where it is tightest

double mean_of(const ArmCounts& arm) { return arm.n > 0 ? arm.sum / arm.n : 0; }

bool well_covered(const ArmCounts& arm, double least) { return arm.n < kLeastServed || arm.sum >= least * arm.n; }

// e-values for people; the decision stays in logarithms.
double shown(double log_e) { return std::exp(std::min(log_e, 700.0)); }

std::string joined(const std::vector<std::string>& words) { return fmt::format("{}", fmt::join(words, ", ")); }

}  // namespace

// The aggregate is no capability: it is named only when nothing else explains the alarm.
Trial::Accusable Trial::accusable() const {
  Accusable all;
  for (Subject s = 0; s < questions_.size(); ++s) {
    if (!questions_[s].staked || s == kAggregateSubject) continue;
    all.log_e.push_back(questions_[s].log_e());
    all.subjects.push_back(s);
  }
  return all;
}

std::string Trial::strongest() const {
  const auto evidence = [](const Question& q) { return q.staked ? q.log_e() : kLogZero; };
  return names_[static_cast<std::size_t>(std::ranges::max_element(questions_, {}, evidence) - questions_.begin())];
}

std::vector<std::string> Trial::blame() const {
  const Accusable all = accusable();
  const std::vector<double> adjusted = e_holm_adjusted(all.log_e);
  std::vector<std::string> blamed;
  for (std::size_t i = 0; i < adjusted.size(); ++i) {
    if (adjusted[i] >= -std::log(policy_.alpha)) blamed.push_back(names_[all.subjects[i]]);
  }
  std::ranges::sort(blamed);
  if (blamed.empty()) blamed.push_back(strongest());
  return blamed;
}

// Yellow begins at the square root of the evidence that an alarm needs, and so do its suspicions.
std::vector<std::string> Trial::suspects(Verdict::Kind kind) const {
  const bool yellow = kind == Verdict::Kind::Yellow;
  if (!yellow && kind != Verdict::Kind::RollBackRegression) return {};
  const Accusable all = accusable();
  std::vector<std::string> names;
  for (const std::size_t i : e_bh(all.log_e, yellow ? std::sqrt(policy_.alpha) : policy_.alpha)) {
    const std::string& name = names_[all.subjects[i]];
    if (yellow || std::ranges::find(alarm_->blamed, name) == alarm_->blamed.end()) names.push_back(name);
  }
  std::ranges::sort(names);
  if (yellow && names.empty()) names.push_back(strongest());
  return names;
}

// A breaker of the user's is named when it alone is to blame; a skill that dropped is quality.
std::string Trial::breaker_of(const std::vector<std::string>& blamed) const {
  std::string breaker;
  for (Subject s = 0; s < questions_.size(); ++s) {
    if (!questions_[s].staked || std::ranges::find(blamed, names_[s]) == blamed.end()) continue;
    if (breakers_[s].empty()) return kQualityBreaker;
    if (breaker.empty()) breaker = breakers_[s];
  }
  return breaker.empty() ? kQualityBreaker : breaker;
}

std::optional<Trial::GuardAlarm> Trial::guard_alarm() const {
  for (std::size_t i = 0; i < policy_.guardrails.size(); ++i) {
    const double events = classes_[rule_class_[i]].counted;
    if (policy_.guardrails[i].max_rate) continue;
    if (events > std::max(0, policy_.guardrails[i].max_events)) return GuardAlarm{i, events, interactions(), 0};
  }
  return rate_alarm_;
}

Trial::Obstacle Trial::obstacle() const {
  if (split_log_e_ >= kSplitAlarm) return Obstacle::Split;
  if (!well_covered(coverage_.canary, policy_.min_coverage) || !well_covered(coverage_.stable, policy_.min_coverage)) {
    return Obstacle::Coverage;
  }
  if (std::ranges::none_of(questions_, &Question::skill)) return Obstacle::NoScores;
  const auto absent = [&](const Question& q) { return missing(q); };
  const auto found = std::ranges::find_if(questions_, absent);
  if (found == questions_.end()) return Obstacle::None;
  // Skills stand behind the breakers, and are named first.
  const bool skill = std::any_of(found, questions_.end(), [&](const Question& q) { return q.skill() && missing(q); });
  return skill ? Obstacle::CapabilityMissing : Obstacle::BreakerWithoutData;
}

// A breaker that sees nothing protects nobody, so it is missed like a required capability.
bool Trial::missing(const Question& question) const {
  if (question.seen()) return false;
  if (question.role == Role::Errors) return policy_.errors_breaker.has_value();
  return question.required || question.role == Role::Latency || question.role == Role::Events;
}

Hold Trial::describe_coverage() const {
  const bool canary = !well_covered(coverage_.canary, policy_.min_coverage);
  const ArmCounts& arm = canary ? coverage_.canary : coverage_.stable;
  const char* name = canary ? "canary" : "stable";
  const double least = 100 * policy_.min_coverage;
  return {
      "CoverageLow",
      fmt::format("{} of {}'s {} served interactions were scored ({:.1f} %), {:.0f} % are needed", arm.sum, name, arm.n,
                  100 * mean_of(arm), least),
      fmt::format(
          "fewer than {:.0f} % of {}'s served interactions were scored; check that every answer is reported to the scorer",
          least, name)};
}

Hold Trial::describe(Obstacle obstacle) const {
  switch (obstacle) {
    case Obstacle::Split:
      return {"TrafficSplitWrong",
              fmt::format("served counts do not match the configured weight (e = {:.3g})", shown(split_log_e_)),
              "the traffic split does not match the weight; check what else routes to the two Services"};
    case Obstacle::Coverage:
      return describe_coverage();
    case Obstacle::NoScores:
    case Obstacle::None:
      break;
    case Obstacle::CapabilityMissing:
    case Obstacle::BreakerWithoutData:
      return describe_missing();
  }
  const std::string text = "no block with scores of both arms yet";
  return {"EvidencePending", text, text};
}

Hold Trial::describe_missing() const {
  std::optional<Subject> first;
  for (Subject s = 0; s < questions_.size(); ++s) {
    if (missing(questions_[s]) && (!first || (questions_[s].skill() && !questions_[*first].skill()))) first = s;
  }
  const Question& question = questions_[first.value_or(0)];
  const std::string& name = names_[first.value_or(0)];
  if (question.role == Role::Group) {
    const std::string text = fmt::format("no member of group {} has comparable scores of both arms", name);
    return {"CapabilityMissing", text, text + "; check spec.evidence.groups against the scorer's names"};
  }
  if (question.skill()) {
    const std::string text = fmt::format("required capability {} has no comparable scores of both arms", name);
    return {"CapabilityMissing", text, text + "; check spec.evidence.capabilities against the scorer's names"};
  }
  const std::string text = fmt::format("breaker {} has no data of both arms", breakers_[first.value_or(0)]);
  if (question.role == Role::Latency) {
    return {
        "BreakerWithoutData", text,
        text +
            "; latency.le must be a bucket of pawl_interaction_duration_seconds, with another at or above le x tolerance"};
  }
  return {"BreakerWithoutData", text, text + "; check that the scorer exports pawl_interactions_total"};
}

// What is not required cannot block; with nothing required, everything known must be proven.
bool Trial::is_needed(const Question& question) const {
  return question.skill() && (question.required || !any_required_);
}

// Events have no share to be proven: their rate is compared by a bet in one direction alone (docs/adr/0013).
bool Trial::is_needed_metric(const Question& question) const {
  return question.role == Role::Latency || (question.role == Role::Errors && policy_.errors_breaker.has_value());
}

std::vector<std::string> Trial::needed() const {
  std::vector<std::string> result;
  for (Subject s = 0; s < questions_.size(); ++s) {
    if (is_needed(questions_[s])) result.push_back(names_[s]);
  }
  return result;
}

bool Trial::proven(const Question& question) const {
  return question.test.best_noninferior() >= -std::log(policy_.beta) &&
         question.test.totals().canary.n >= policy_.min_samples;
}

bool Trial::all_proven() const {
  const auto open = [&](const Question& q) { return (is_needed(q) || is_needed_metric(q)) && !proven(q); };
  return std::ranges::any_of(questions_, [&](const Question& q) { return is_needed(q); }) &&
         std::ranges::none_of(questions_, open);
}

bool Trial::exhausted() const {
  const auto open = [&](const Question& q) { return is_needed(q) && q.test.totals().canary.n < policy_.max_samples; };
  return std::ranges::any_of(questions_, [&](const Question& q) { return is_needed(q); }) &&
         std::ranges::none_of(questions_, open);
}

Verdict::Kind Trial::decision(Duration age, bool trusted) const {
  if (guard_alarm()) return Verdict::Kind::RollBackGuardrail;
  if (alarm_) return Verdict::Kind::RollBackRegression;
  const bool too_old = age >= policy_.max_duration;
  if (!trusted || obstacle() != Obstacle::None) return too_old ? Verdict::Kind::Inconclusive : Verdict::Kind::Hold;
  const bool yellow = log_e_ >= -std::log(policy_.alpha) / 2;
  if (yellow && !too_old) return Verdict::Kind::Yellow;
  if (!yellow && age >= policy_.min_age && all_proven()) return Verdict::Kind::Promote;
  return too_old || exhausted() ? Verdict::Kind::Inconclusive : Verdict::Kind::GoOn;
}

ScoreboardRow Trial::row(Subject subject) const {
  const Question& own = questions_[subject];
  const Subject judged = own.role == Role::Member ? own.group : subject;
  const Question& judge = questions_[judged];
  const auto& [canary, stable] = own.test.totals();
  ScoreboardRow row;
  row.capability = names_[subject];
  if (judged != subject) row.group = names_[judged];
  row.skill = own.skill();
  row.required = is_needed(judge) || is_needed_metric(judge);
  row.stable_mean = mean_of(stable);
  row.canary_mean = mean_of(canary);
  row.stable_interval = cs_beta(stable.sum, stable.n, policy_.alpha);
  row.canary_interval = cs_beta(canary.sum, canary.n, policy_.alpha);
  const double loss = own.test.difference().estimate();
  const double half = own.test.difference().half_width(kPlannedWeight, policy_.alpha);
  row.loss_interval = {std::max(-1.0, loss - half), std::min(1.0, loss + half)};
  row.loss = loss;
  row.loss_error = own.test.difference().standard_error();
  row.n_stable = stable.n;
  row.n_canary = canary.n;
  row.log_e = judge.test.log_e();
  row.log_e_noninferior = judge.test.log_e_noninferior();
  if (alarm_ && std::ranges::find(alarm_->blamed, names_[judged]) != alarm_->blamed.end()) {
    row.state = CapabilityState::Lost;
  } else if (!proven(judge)) {
    row.state = CapabilityState::Insufficient;
  } else {
    row.state = row.loss_interval.upper < 0 ? CapabilityState::Gained : CapabilityState::Held;
  }
  return row;
}

void Trial::describe_guardrail(Verdict& verdict) const {
  const GuardAlarm alarm = guard_alarm().value_or(GuardAlarm{});
  const EvidencePolicy::GuardrailRule& rule = policy_.guardrails[alarm.rule];
  verdict.reason = "GuardrailViolated";
  verdict.breaker = rule.breaker;
  verdict.blamed = {rule.violation_class};
  const std::string seen =
      fmt::format("{} of {} in {}", counted(std::llround(alarm.events), "violation"), rule.violation_class,
                  counted(std::llround(alarm.interactions), "canary interaction"));
  const std::string proof =
      fmt::format("(e = {:.3g} against that rate, {:.3g} suffices)", shown(alarm.log_e), shown(rate_bar()));
  if (rule.max_rate) {
    verdict.message = fmt::format("{}, more than {} per interaction {}", seen, *rule.max_rate, proof);
    return;
  }
  verdict.message = fmt::format("{}, at most {} allowed", seen, rule.max_events);
  if (alarm.log_e > 0) verdict.message += fmt::format(" in {} {}", policy_.max_samples, proof);
}

std::string Trial::compared(Subject subject) const {
  const Question& question = questions_[subject];
  const std::string& name = names_[subject];
  if (question.role == Role::Events) {
    const EventBlock& all = question.events.totals();
    return fmt::format("{} {:.3f} per interaction of {:.0f} against {:.3f} of {:.0f} on stable", name,
                       all.canary_events / all.canary_exposure, all.canary_exposure,
                       all.stable_events / all.stable_exposure, all.stable_exposure);
  }
  const auto& [canary, stable] = question.test.totals();
  return fmt::format("{} {:.3f} of {:.0f} against {:.3f} of {:.0f} on stable", name, mean_of(canary), canary.n,
                     mean_of(stable), stable.n);
}

void Trial::describe_regression(Verdict& verdict) const {
  verdict.reason = "Regression";
  verdict.blamed = alarm_->blamed;
  verdict.breaker = breaker_of(verdict.blamed);
  verdict.message = fmt::format("{} worse than on stable: e = {:.3g}, {:.3g} suffices", joined(verdict.blamed),
                                shown(alarm_->log_e), 1 / policy_.alpha);
  for (Subject s = 0; s < questions_.size(); ++s) {
    if (questions_[s].staked && std::ranges::find(verdict.blamed, names_[s]) != verdict.blamed.end()) {
      verdict.message += "; " + compared(s);
    }
  }
  if (!verdict.suspects.empty()) verdict.message += "; also suspected: " + joined(verdict.suspects);
}

void Trial::describe(Verdict& verdict, Duration age, const std::optional<Hold>& untrusted) const {
  const auto say = [&](std::string reason, std::string message, std::string detail = {}) {
    verdict.reason = std::move(reason);
    verdict.message = std::move(message);
    verdict.detail = std::move(detail);
  };
  const std::optional<Hold> hold = untrusted                      ? untrusted
                                   : obstacle() == Obstacle::None ? std::nullopt
                                                                  : std::optional(describe(obstacle()));
  switch (verdict.kind) {
    case Verdict::Kind::RollBackGuardrail:
      return describe_guardrail(verdict);
    case Verdict::Kind::RollBackRegression:
      return describe_regression(verdict);
    case Verdict::Kind::Hold:
      return say(hold->reason, hold->message, hold->detail);
    case Verdict::Kind::Yellow:
      return say("RegressionSuspected",
                 fmt::format("a drop of {} is suspected: e = {:.3g} of the {:.3g} needed to roll back; weight frozen",
                             joined(verdict.suspects), shown(log_e_), 1 / policy_.alpha),
                 fmt::format("a drop of {} is suspected but not proven; more scores will prove it or clear it",
                             joined(verdict.suspects)));
    case Verdict::Kind::Promote:
      return say("NonInferiorityProven", fmt::format("{} proven to have lost less than their margin (e >= {:.3g} each)",
                                                     proven_in_words(), 1 / policy_.beta));
    case Verdict::Kind::Inconclusive:
      if (hold) return say("Inconclusive", "time is over, and " + hold->message);
      return say("Inconclusive", fmt::format("neither a regression (e = {:.3g}) nor non-inferiority is proven after {}",
                                             shown(log_e_), format_duration(age)));
    case Verdict::Kind::None:
    case Verdict::Kind::GoOn:
      return say("CollectingEvidence",
                 fmt::format("no regression seen (e = {:.3g}), not everything proven yet", shown(log_e_)));
  }
}

std::string Trial::proven_in_words() const {
  const auto metrics = std::ranges::count_if(questions_, [&](const Question& q) { return is_needed_metric(q); });
  std::string words = counted(needed().size(), "capability", "capabilities");
  if (metrics > 0) words += " and " + counted(metrics, "breaker");
  return words;
}

// Capabilities and groups by name, then what is not one. Events are no scores, and a name stands once: a capability may
// be called like a breaker.
std::vector<Trial::Subject> Trial::in_order() const {
  std::vector<Subject> order;
  for (Subject s = 0; s < questions_.size(); ++s) {
    if (questions_[s].skill() || questions_[s].role == Role::Member) order.push_back(s);
  }
  std::ranges::sort(order, {}, [&](Subject s) -> const std::string& { return names_[s]; });
  const std::size_t skills = order.size();
  const auto taken = [&](Subject s) {
    return std::any_of(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(skills),
                       [&](Subject other) { return names_[other] == names_[s]; });
  };
  for (Subject s = 0; s < questions_.size(); ++s) {
    const Question& q = questions_[s];
    if (q.service() && q.role != Role::Events && q.seen() && !taken(s)) order.push_back(s);
  }
  if (questions_[kAggregateSubject].seen() && !taken(kAggregateSubject)) order.push_back(kAggregateSubject);
  return order;
}

Verdict Trial::verdict(Duration age, const std::optional<Hold>& untrusted) const {
  Verdict verdict;
  verdict.kind = decision(age, !untrusted);
  verdict.log_e_global = log_e_;
  verdict.suspects = suspects(verdict.kind);
  for (const Subject s : in_order()) verdict.scoreboard.push_back(row(s));
  describe(verdict, age, untrusted);
  return verdict;
}

}  // namespace pawl::domain
