// The decision order of canary-statistics section 2. Everything here only reads the trial.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "domain/evidence/log_space.h"
#include "domain/evidence/multiplicity.h"
#include "domain/evidence/trial.h"

namespace pawl::domain {
namespace {

const double kSplitAlarm = std::log(1000.0);
constexpr double kLeastServed = 20;  // below it a coverage below 90 % is two late scores
constexpr double kPlannedWeight = 300;  // of the difference's interval: where it is tightest

double mean_of(const ArmCounts& arm) { return arm.n > 0 ? arm.sum / arm.n : 0; }

bool well_covered(const ArmCounts& arm, double least) { return arm.n < kLeastServed || arm.sum >= least * arm.n; }

// e-values for people; the decision stays in logarithms.
double shown(double log_e) { return std::exp(std::min(log_e, 700.0)); }

std::string joined(const std::vector<std::string>& words) { return fmt::format("{}", fmt::join(words, ", ")); }

}  // namespace

// The aggregate is no capability: it is named only when nothing else explains the alarm.
std::vector<std::string> Trial::blame() const {
  std::vector<double> log_e;
  std::vector<Subject> asked;
  for (Subject s = 0; s < questions_.size(); ++s) {
    if (!questions_[s].staked || s == kAggregateSubject) continue;
    log_e.push_back(questions_[s].test.log_e());
    asked.push_back(s);
  }
  const std::vector<double> adjusted = e_holm_adjusted(log_e);
  std::vector<std::string> blamed;
  for (std::size_t i = 0; i < asked.size(); ++i) {
    if (adjusted[i] >= -std::log(policy_.alpha)) blamed.push_back(names_[asked[i]]);
  }
  std::ranges::sort(blamed);
  if (!blamed.empty()) return blamed;
  const auto evidence = [](const Question& q) { return q.staked ? q.test.log_e() : kLogZero; };
  const auto strongest = std::ranges::max_element(questions_, {}, evidence);
  return {names_[static_cast<std::size_t>(strongest - questions_.begin())]};
}

std::optional<Trial::GuardAlarm> Trial::guard_alarm() const {
  for (std::size_t i = 0; i < policy_.guardrails.size(); ++i) {
    const double events = classes_[rule_class_[i]].counted;
    if (events > std::max(0, policy_.guardrails[i].max_events)) return GuardAlarm{i, events, interactions(), 0};
  }
  return rate_alarm_;
}

Trial::Obstacle Trial::obstacle() const {
  if (split_log_e_ >= kSplitAlarm) return Obstacle::Split;
  if (!well_covered(coverage_.canary, policy_.min_coverage) || !well_covered(coverage_.stable, policy_.min_coverage)) return Obstacle::Coverage;
  const auto asked = [](const Question& q) { return q.role == Role::Capability; };
  if (std::ranges::none_of(questions_, asked)) return Obstacle::NoScores;
  const auto missing = [](const Question& q) { return q.required && !q.test.totals().complete(); };
  return std::ranges::any_of(questions_, missing) ? Obstacle::CapabilityMissing : Obstacle::None;
}

Hold Trial::describe_coverage() const {
  const bool canary = !well_covered(coverage_.canary, policy_.min_coverage);
  const ArmCounts& arm = canary ? coverage_.canary : coverage_.stable;
  const char* name = canary ? "canary" : "stable";
  const double least = 100 * policy_.min_coverage;
  return {"CoverageLow",
          fmt::format("{} of {}'s {} served interactions were scored ({:.1f} %), {:.0f} % are needed", arm.sum, name, arm.n, 100 * mean_of(arm), least),
          fmt::format("fewer than {:.0f} % of {}'s served interactions were scored; check that every answer is reported to the scorer", least, name)};
}

Hold Trial::describe(Obstacle obstacle) const {
  switch (obstacle) {
    case Obstacle::Split:
      return {"TrafficSplitWrong", fmt::format("served counts do not match the configured weight (e = {:.3g})", shown(split_log_e_)),
              "the traffic split does not match the weight; check what else routes to the two Services"};
    case Obstacle::Coverage: return describe_coverage();
    case Obstacle::NoScores:
    case Obstacle::None: break;
    case Obstacle::CapabilityMissing:
      for (Subject s = 0; s < questions_.size(); ++s) {
        if (!questions_[s].required || questions_[s].test.totals().complete()) continue;
        const std::string text = fmt::format("required capability {} has no comparable scores of both arms", names_[s]);
        return {"CapabilityMissing", text, text + "; check spec.evidence.capabilities against the scorer's names"};
      }
      break;
  }
  const std::string text = "no block with scores of both arms yet";
  return {"EvidencePending", text, text};
}

// What is not required cannot block; with nothing required, everything known must be proven.
bool Trial::is_needed(const Question& question) const {
  return question.role == Role::Capability && (question.required || !any_required_);
}

std::vector<std::string> Trial::needed() const {
  std::vector<std::string> result;
  for (Subject s = 0; s < questions_.size(); ++s) {
    if (is_needed(questions_[s])) result.push_back(names_[s]);
  }
  return result;
}

bool Trial::proven(const Question& question) const {
  return question.test.best_noninferior() >= -std::log(policy_.beta) && question.test.totals().canary.n >= policy_.min_samples;
}

bool Trial::all_proven() const {
  const auto open = [&](const Question& q) { return is_needed(q) && !proven(q); };
  return std::ranges::any_of(questions_, [&](const Question& q) { return is_needed(q); }) && std::ranges::none_of(questions_, open);
}

bool Trial::exhausted() const {
  const auto open = [&](const Question& q) { return is_needed(q) && q.test.totals().canary.n < policy_.max_samples; };
  return std::ranges::any_of(questions_, [&](const Question& q) { return is_needed(q); }) && std::ranges::none_of(questions_, open);
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
  const Hypothesis& hypothesis = questions_[subject].test;
  const auto& [canary, stable] = hypothesis.totals();
  ScoreboardRow row;
  row.capability = names_[subject];
  row.stable_mean = mean_of(stable);
  row.canary_mean = mean_of(canary);
  row.stable_interval = cs_beta(stable.sum, stable.n, policy_.alpha);
  row.canary_interval = cs_beta(canary.sum, canary.n, policy_.alpha);
  const double loss = hypothesis.difference().estimate();
  const double half = hypothesis.difference().half_width(kPlannedWeight, policy_.alpha);
  row.loss_interval = {std::max(-1.0, loss - half), std::min(1.0, loss + half)};
  row.n_stable = stable.n;
  row.n_canary = canary.n;
  row.log_e = hypothesis.log_e();
  row.log_e_noninferior = hypothesis.log_e_noninferior();
  if (alarm_ && std::ranges::find(alarm_->blamed, row.capability) != alarm_->blamed.end()) {
    row.state = ScoreboardRow::State::Lost;
  } else if (!proven(questions_[subject])) {
    row.state = ScoreboardRow::State::Insufficient;
  } else {
    row.state = row.loss_interval.upper < 0 ? ScoreboardRow::State::Gained : ScoreboardRow::State::Held;
  }
  return row;
}

void Trial::describe_guardrail(Verdict& verdict) const {
  const GuardAlarm alarm = guard_alarm().value_or(GuardAlarm{});
  const EvidencePolicy::GuardrailRule& rule = policy_.guardrails[alarm.rule];
  verdict.reason = "GuardrailViolated";
  verdict.breaker = rule.breaker;
  verdict.blamed = {rule.violation_class};
  verdict.message = fmt::format("{:.0f} violations of {} in {:.0f} canary interactions, at most {} allowed", alarm.events,
                                rule.violation_class, alarm.interactions, rule.max_events);
  if (alarm.log_e > 0) {
    verdict.message += fmt::format(" in {} (e = {:.3g} against that rate)", policy_.max_samples, shown(alarm.log_e));
  }
}

void Trial::describe_regression(Verdict& verdict) const {
  verdict.reason = "Regression";
  verdict.blamed = alarm_->blamed;
  const bool only_errors = verdict.blamed == std::vector<std::string>{kErrors};
  verdict.breaker = only_errors && policy_.errors_breaker ? *policy_.errors_breaker : kQualityBreaker;
  verdict.message = fmt::format("{} dropped below stable: e = {:.3g}, {:.3g} suffices", joined(verdict.blamed),
                                shown(alarm_->log_e), 1 / policy_.alpha);
  for (const Subject s : in_order()) {
    if (std::ranges::find(verdict.blamed, names_[s]) == verdict.blamed.end()) continue;
    const auto& [canary, stable] = questions_[s].test.totals();
    verdict.message += fmt::format("; {} {:.3f} of {:.0f} against {:.3f} of {:.0f} on stable", names_[s], mean_of(canary),
                                   canary.n, mean_of(stable), stable.n);
  }
}

void Trial::describe(Verdict& verdict, Duration age, const std::optional<Hold>& untrusted) const {
  const auto say = [&](std::string reason, std::string message, std::string detail = {}) {
    verdict.reason = std::move(reason);
    verdict.message = std::move(message);
    verdict.detail = std::move(detail);
  };
  const std::optional<Hold> hold = untrusted ? untrusted : obstacle() == Obstacle::None ? std::nullopt : std::optional(describe(obstacle()));
  switch (verdict.kind) {
    case Verdict::Kind::RollBackGuardrail: return describe_guardrail(verdict);
    case Verdict::Kind::RollBackRegression: return describe_regression(verdict);
    case Verdict::Kind::Hold: return say(hold->reason, hold->message, hold->detail);
    case Verdict::Kind::Yellow:
      return say("RegressionSuspected",
                 fmt::format("e = {:.3g} of the {:.3g} needed to roll back; weight frozen", shown(log_e_), 1 / policy_.alpha),
                 "a drop is suspected but not proven; more scores will prove it or clear it");
    case Verdict::Kind::Promote:
      return say("NonInferiorityProven",
                 fmt::format("{} capabilities proven to have lost less than their margin (e >= {:.3g} each)", needed().size(), 1 / policy_.beta));
    case Verdict::Kind::Inconclusive:
      if (hold) return say("Inconclusive", "time is over, and " + hold->message);
      return say("Inconclusive", fmt::format("neither a regression (e = {:.3g}) nor non-inferiority is proven after {}", shown(log_e_),
                                             format_duration(age)));
    case Verdict::Kind::GoOn:
      return say("CollectingEvidence", fmt::format("no regression seen (e = {:.3g}), not everything proven yet", shown(log_e_)));
  }
}

// Capabilities by name, then what is not one.
std::vector<Trial::Subject> Trial::in_order() const {
  std::vector<Subject> order;
  for (Subject s = 0; s < questions_.size(); ++s) {
    if (questions_[s].role == Role::Capability) order.push_back(s);
  }
  std::ranges::sort(order, {}, [&](Subject s) -> const std::string& { return names_[s]; });
  for (const Subject s : {kErrorsSubject, kCoverageSubject, kAggregateSubject}) {
    if (questions_[s].test.totals().complete()) order.push_back(s);
  }
  return order;
}

Verdict Trial::verdict(Duration age, const std::optional<Hold>& untrusted) const {
  Verdict verdict;
  verdict.kind = decision(age, !untrusted);
  verdict.log_e_global = log_e_;
  for (const Subject s : in_order()) verdict.scoreboard.push_back(row(s));
  describe(verdict, age, untrusted);
  return verdict;
}

}  // namespace pawl::domain
