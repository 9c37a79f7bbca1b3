// The decision order of canary-statistics section 2. Everything here only reads the fold.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "domain/evidence/evidence.h"
#include "domain/evidence/multiplicity.h"
#include "domain/evidence/share_mismatch.h"

namespace pawl::domain {
namespace {

constexpr double kAggregateWeight = 0.10;
constexpr double kServiceWeight = 0.20;  // errors and coverage together
constexpr double kCapabilityWeight = 0.70;
constexpr int kStaleIntervals = 4;
const double kSplitAlarm = std::log(1000.0);
constexpr double kLeastServed = 20;  // below it a coverage below 90 % is two late scores
constexpr std::int64_t kDefectBlocks = 2;
constexpr double kPlannedWeight = 300;  // of the difference's interval: where it is tightest

double mean_of(const ArmCounts& arm) { return arm.n > 0 ? arm.sum / arm.n : 0; }

// e-values for people; the decision stays in logarithms.
double shown(double log_e) { return std::exp(std::min(log_e, 700.0)); }

std::string joined(const std::vector<std::string>& words) { return fmt::format("{}", fmt::join(words, ", ")); }

}  // namespace

std::optional<Instant> EvidenceFold::newest() const {
  return std::max(scrapes_.newest(Arm::Canary), scrapes_.newest(Arm::Stable));
}

bool EvidenceFold::stale(std::optional<Instant> newest, Instant now) const {
  return !newest || now - std::max(*newest, began_) > policy_.interval * kStaleIntervals;
}

bool EvidenceFold::defective(const std::string& capability) const {
  const std::optional<Instant> last = newest();
  const auto found = defects_.find(capability);
  if (found == defects_.end()) return false;
  return !last || block_of(*last) - found->second <= kDefectBlocks;
}

// A group without data gives its weight to the others. Who is present depends on counts only, never on outcomes.
EvidenceFold::Weighed EvidenceFold::weighed() const {
  Weighed result;
  const auto put = [&](const Hypothesis& hypothesis, double weight) {
    result.hypotheses.push_back(&hypothesis);
    result.log_e.push_back(hypothesis.log_e());
    result.weights.push_back(weight);
  };
  for (const auto& [name, hypothesis] : capabilities_) {
    put(hypothesis, kCapabilityWeight / static_cast<double>(capabilities_.size()));
  }
  const bool errors = errors_.totals().complete();
  const bool coverage = coverage_.totals().complete();
  const double share = errors && coverage ? kServiceWeight / 2 : kServiceWeight;
  if (errors) put(errors_, share);
  if (coverage) put(coverage_, share);
  if (aggregate_.totals().complete()) put(aggregate_, kAggregateWeight);
  return result;
}

double EvidenceFold::current_log_e() const {
  const Weighed all = weighed();
  return global_log_e(all.log_e, all.weights);
}

// The aggregate is no capability: it is named only when nothing else explains the alarm.
std::vector<std::string> EvidenceFold::blame() const {
  const Weighed all = weighed();
  std::vector<double> log_e;
  std::vector<std::string> names;
  for (const Hypothesis* hypothesis : all.hypotheses) {
    if (hypothesis == &aggregate_) continue;
    log_e.push_back(hypothesis->log_e());
    names.push_back(hypothesis->name());
  }
  const std::vector<double> adjusted = e_holm_adjusted(log_e);
  std::vector<std::string> blamed;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (adjusted[i] >= std::log(1 / policy_.alpha)) blamed.push_back(names[i]);
  }
  if (!blamed.empty() || all.hypotheses.empty()) return blamed;
  const auto strongest = std::ranges::max_element(all.log_e) - all.log_e.begin();
  return {all.hypotheses[static_cast<std::size_t>(strongest)]->name()};
}

std::optional<EvidenceFold::GuardAlarm> EvidenceFold::guard_alarm() const {
  const double interactions = std::max(canary_interactions_, aggregate_.totals().canary.n);
  for (std::size_t i = 0; i < policy_.guardrails.size(); ++i) {
    const EvidencePolicy::GuardrailRule& rule = policy_.guardrails[i];
    const auto events = violations_.find(rule.violation_class);
    if (events != violations_.end() && events->second > std::max(0, rule.max_events)) {
      return GuardAlarm{i, events->second, interactions, 0};
    }
  }
  return rate_alarm_;
}

// Every weight is its own test; the product of e-values from successive stretches is an e-value.
double EvidenceFold::share_mismatch() const {
  double log_e = 0;
  for (const auto& [segment, served] : served_by_segment_) {
    if (segment == 0 || segment > weights_.size()) continue;
    const double canary = weights_[segment - 1].canary_basis_points / 10000.0;
    if (canary <= 0 || canary >= 1) continue;
    log_e += share_mismatch_log_e(served, std::array{canary, 1 - canary});
  }
  return log_e;
}

std::optional<EvidenceFold::Hold> EvidenceFold::untrusted_data(Instant now) const {
  const auto plain = [](std::string reason, const std::string& text) { return Hold{std::move(reason), text, text}; };
  const std::optional<Instant> last = newest();
  if (!last && !stale(began_, now)) return plain("EvidencePending", "no sample of either arm yet");
  if (stale(last, now)) {
    const std::string age = last ? "is " + format_duration(std::max(now - *last, Duration::zero())) + " old" : "never came";
    return Hold{"EvidenceStale", "the newest sample " + age + "; nothing can be judged",
                "no new samples of either arm; check that the metrics source is reachable and scrapes the scorer"};
  }
  if (defective("")) {
    return plain("EvidenceInvalid", "counters of an arm cannot be used: not a number, or two series where one belongs");
  }
  for (const Hypothesis* hypothesis : needed()) {
    if (!defective(hypothesis->name())) continue;
    return plain("EvidenceInvalid",
                 fmt::format("scores of {} cannot be used: not a number, or two series where one belongs", hypothesis->name()));
  }
  if (stale(scrapes_.newest(Arm::Stable), now)) return plain("StableWithoutData", "stable reports no usable samples");
  if (stale(scrapes_.newest(Arm::Canary), now)) return plain("CanaryWithoutData", "the canary reports no usable samples");
  return std::nullopt;
}

std::optional<EvidenceFold::Hold> EvidenceFold::reason_to_hold(Instant now) const {
  if (auto untrusted = untrusted_data(now)) return untrusted;
  const double split = share_mismatch();
  if (split >= kSplitAlarm) {
    return Hold{"TrafficSplitWrong", fmt::format("served counts do not match the configured weight (e = {:.3g})", shown(split)),
                "the traffic split does not match the weight; check what else routes to the two Services"};
  }
  const Block& served = coverage_queue_.totals();
  for (const auto& [name, arm] : {std::pair{"canary", served.canary}, std::pair{"stable", served.stable}}) {
    if (arm.n < kLeastServed || arm.sum >= policy_.min_coverage * arm.n) continue;
    return Hold{"CoverageLow",
                fmt::format("{} of {}'s {} served interactions were scored ({:.1f} %), {:.0f} % are needed", arm.sum, name, arm.n,
                            100 * mean_of(arm), 100 * policy_.min_coverage),
                fmt::format("fewer than {:.0f} % of {}'s served interactions were scored; check that every answer is reported to the scorer",
                            100 * policy_.min_coverage, name)};
  }
  if (!aggregate_.totals().complete() && capabilities_.empty()) {
    const std::string text = "no block with scores of both arms yet";
    return Hold{"EvidencePending", text, text};
  }
  for (const EvidencePolicy::Capability& c : policy_.capabilities) {
    if (!c.required || capabilities_.at(c.name).totals().complete()) continue;
    const std::string text = fmt::format("required capability {} has no comparable scores of both arms", c.name);
    return Hold{"CapabilityMissing", text, text + "; check spec.evidence.capabilities against the scorer's names"};
  }
  return std::nullopt;
}

// What is not required cannot block; with nothing required, everything known must be proven.
std::vector<const Hypothesis*> EvidenceFold::needed() const {
  std::vector<const Hypothesis*> result;
  for (const EvidencePolicy::Capability& c : policy_.capabilities) {
    if (c.required) result.push_back(&capabilities_.at(c.name));
  }
  if (!result.empty()) return result;
  for (const auto& [name, hypothesis] : capabilities_) result.push_back(&hypothesis);
  return result;
}

bool EvidenceFold::proven() const {
  const std::vector<const Hypothesis*> all = needed();
  return !all.empty() && std::ranges::all_of(all, [&](const Hypothesis* h) {
    return h->best_noninferior() >= std::log(1 / policy_.beta) && h->totals().canary.n >= policy_.min_samples;
  });
}

bool EvidenceFold::exhausted() const {
  const std::vector<const Hypothesis*> all = needed();
  return !all.empty() &&
         std::ranges::all_of(all, [&](const Hypothesis* h) { return h->totals().canary.n >= policy_.max_samples; });
}

ScoreboardRow EvidenceFold::row(const Hypothesis& hypothesis) const {
  const auto& [canary, stable] = hypothesis.totals();
  ScoreboardRow row;
  row.capability = hypothesis.name();
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
  const bool held = hypothesis.best_noninferior() >= std::log(1 / policy_.beta) && canary.n >= policy_.min_samples;
  if (alarm_ && std::ranges::find(alarm_->blamed, row.capability) != alarm_->blamed.end()) {
    row.state = ScoreboardRow::State::Lost;
  } else if (defective(row.capability) || !held) {
    row.state = ScoreboardRow::State::Insufficient;
  } else {
    row.state = row.loss_interval.upper < 0 ? ScoreboardRow::State::Gained : ScoreboardRow::State::Held;
  }
  return row;
}

void EvidenceFold::describe_guardrail(Verdict& verdict, const GuardAlarm& alarm) const {
  const EvidencePolicy::GuardrailRule& rule = policy_.guardrails[alarm.rule];
  verdict.kind = Verdict::Kind::RollBackGuardrail;
  verdict.reason = "GuardrailViolated";
  verdict.breaker = rule.breaker;
  verdict.blamed = {rule.violation_class};
  verdict.message = fmt::format("{:.0f} violations of {} in {:.0f} canary interactions, at most {} allowed", alarm.events,
                                rule.violation_class, alarm.interactions, rule.max_events);
  if (alarm.log_e > 0) {
    verdict.message += fmt::format(" in {} (e = {:.3g} against that rate)", policy_.max_samples, shown(alarm.log_e));
  }
}

void EvidenceFold::describe_regression(Verdict& verdict) const {
  verdict.kind = Verdict::Kind::RollBackRegression;
  verdict.reason = "Regression";
  verdict.blamed = alarm_->blamed;
  const bool only_errors = verdict.blamed == std::vector<std::string>{kErrors};
  verdict.breaker = only_errors && policy_.errors_breaker ? *policy_.errors_breaker : kQualityBreaker;
  verdict.message = fmt::format("{} dropped below stable: e = {:.3g}, {:.3g} suffices", joined(verdict.blamed),
                                shown(alarm_->log_e), 1 / policy_.alpha);
  for (const Hypothesis* hypothesis : weighed().hypotheses) {
    if (std::ranges::find(verdict.blamed, hypothesis->name()) == verdict.blamed.end()) continue;
    const auto& [canary, stable] = hypothesis->totals();
    verdict.message += fmt::format("; {} {:.3f} of {:.0f} against {:.3f} of {:.0f} on stable", hypothesis->name(),
                                   mean_of(canary), canary.n, mean_of(stable), stable.n);
  }
}

void EvidenceFold::decide(Verdict& verdict, Instant now) const {
  if (const std::optional<GuardAlarm> guard = guard_alarm()) return describe_guardrail(verdict, *guard);
  if (alarm_) return describe_regression(verdict);
  const auto say = [&](Verdict::Kind kind, std::string reason, std::string message, std::string detail = {}) {
    verdict.kind = kind;
    verdict.reason = std::move(reason);
    verdict.message = std::move(message);
    verdict.detail = std::move(detail);
  };
  const Duration age = now - began_;
  const bool too_old = age >= policy_.max_duration;
  const double threshold = std::log(1 / policy_.alpha);
  if (auto hold = reason_to_hold(now)) {
    if (!too_old) return say(Verdict::Kind::Hold, hold->reason, hold->message, hold->detail);
    return say(Verdict::Kind::Inconclusive, "Inconclusive", "time is over, and " + hold->message);
  }
  const bool yellow = verdict.log_e_global >= threshold / 2;
  if (yellow && !too_old) {
    return say(Verdict::Kind::Yellow, "RegressionSuspected",
               fmt::format("e = {:.3g} of the {:.3g} needed to roll back; weight frozen", shown(verdict.log_e_global),
                           1 / policy_.alpha),
               "a drop is suspected but not proven; more scores will prove it or clear it");
  }
  if (!yellow && proven() && age >= policy_.min_age) {
    return say(Verdict::Kind::Promote, "NonInferiorityProven",
               fmt::format("{} capabilities proven to have lost less than their margin (e >= {:.3g} each)",
                           needed().size(), 1 / policy_.beta));
  }
  if (too_old || exhausted()) {
    return say(Verdict::Kind::Inconclusive, "Inconclusive",
               fmt::format("neither a regression (e = {:.3g}) nor non-inferiority is proven after {}",
                           shown(verdict.log_e_global), format_duration(age)));
  }
  say(Verdict::Kind::GoOn, "CollectingEvidence",
      fmt::format("no regression seen (e = {:.3g}), not everything proven yet", shown(verdict.log_e_global)));
}

Verdict EvidenceFold::verdict(Instant now) const {
  Verdict verdict;
  verdict.log_e_global = current_log_e();
  verdict.newest_sample = newest().value_or(Instant{});
  verdict.fresh = !stale(scrapes_.newest(Arm::Canary), now) && !stale(scrapes_.newest(Arm::Stable), now);
  for (const auto& [name, hypothesis] : capabilities_) verdict.scoreboard.push_back(row(hypothesis));
  for (const Hypothesis* extra : {&errors_, &coverage_}) {
    if (extra->totals().complete()) verdict.scoreboard.push_back(row(*extra));
  }
  if (aggregate_.totals().complete()) verdict.scoreboard.push_back(row(aggregate_));
  decide(verdict, now);
  return verdict;
}

}  // namespace pawl::domain
