#include "domain/evidence/trial.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "domain/evidence/guardrail.h"
#include "domain/evidence/log_space.h"
#include "domain/evidence/share_mismatch.h"

namespace pawl::domain {
namespace {

constexpr double kAggregateWeight = 0.10;
constexpr double kServiceWeight = 0.20;
constexpr double kSkillWeight = 0.70;
constexpr double kTouchedPart = 0.5;  // of the skills' weight
constexpr std::size_t kMostQuestions = 1000;

EvidencePolicy::Capability unlisted(std::string name, const EvidencePolicy& policy, double tolerance) {
  return {.name = std::move(name), .margin = policy.default_margin, .tolerance = tolerance, .required = false};
}

// What counts as no regression is given on top of the margin, so that a promotion is never stricter than a rollback.
EvidencePolicy::Capability metric(std::string name, const EvidencePolicy& policy, double tolerance) {
  constexpr double kLargestMargin = 0.99;
  EvidencePolicy::Capability asked = unlisted(std::move(name), policy, tolerance);
  asked.margin = std::min(kLargestMargin, tolerance + policy.default_margin);
  return asked;
}

// All together may drop by as much as any of them: what is tolerated in one must not be blamed on all.
double largest_tolerance(const EvidencePolicy& policy) {
  double largest = policy.default_tolerance;
  for (const EvidencePolicy::Capability& capability : policy.capabilities) {
    largest = std::max(largest, capability.tolerance);
  }
  for (const EvidencePolicy::Group& group : policy.groups) largest = std::max(largest, group.tolerance);
  return largest;
}

// Zero tolerance is counted, not tested.
bool bounds_a_rate(const EvidencePolicy::GuardrailRule& rule) { return rule.max_rate || rule.max_events > 0; }

}  // namespace

Trial::Trial(EvidencePolicy policy, StableHistory history) : policy_(std::move(policy)), history_(std::move(history)) {
  pose(Role::Errors, metric(kErrors, policy_, policy_.errors_tolerance), policy_.errors_breaker.value_or(kErrors));
  pose(Role::Coverage, unlisted(kCoverage, policy_, 0), kCoverage);
  pose(Role::Aggregate, unlisted(kAggregate, policy_, largest_tolerance(policy_)));
  for (const EvidencePolicy::LatencyRule& rule : policy_.latencies) {
    pose(Role::Latency, metric(rule.breaker, policy_, 0), rule.breaker);
  }
  for (const EvidencePolicy::EventRule& rule : policy_.events) {
    Question& question = questions_[pose(Role::Events, unlisted(rule.breaker, policy_, 0), rule.breaker)];
    question.events = EventRate(rule.tolerance, policy_.deflation);
  }
  pose_skills();
  any_required_ = std::ranges::any_of(questions_, &Question::required);
  for (const EvidencePolicy::GuardrailRule& rule : policy_.guardrails) {
    const std::optional<std::size_t> known = violation_class(rule.violation_class);
    rule_class_.push_back(known.value_or(classes_.size()));
    if (!known) classes_.push_back({.name = rule.violation_class, .counted = 0, .tested = 0});
  }
}

void Trial::pose_skills() {
  for (const EvidencePolicy::Capability& capability : policy_.capabilities) pose(Role::Capability, capability);
  for (const EvidencePolicy::Group& group : policy_.groups) {
    const Subject of =
        pose(Role::Group, {.name = group.name, .margin = group.margin, .tolerance = group.tolerance, .required = true});
    for (const std::string& name : group.capabilities) {
      Question& member = questions_[pose(Role::Member, unlisted(name, policy_, 0))];
      member.group = of;
      questions_[of].touched = questions_[of].touched || member.touched;
    }
  }
}

Trial::Subject Trial::pose(Role role, const EvidencePolicy::Capability& asked, std::string breaker) {
  const auto known = history_.find(asked.name);
  const auto narrow = policy_.narrowed.find(asked.name);
  const HypothesisConfig config{
      .margin = asked.margin,
      .narrowed = narrow == policy_.narrowed.end() ? std::nullopt : std::optional(narrow->second),
      .tolerance = asked.tolerance,
      .planned = static_cast<double>(policy_.max_samples),
      .start_mass = policy_.start_mass,
      .memory = policy_.memory,
      .phi = policy_.deflation,
      .cap = policy_.cap,
      .history = known == history_.end() ? History{} : known->second};
  questions_.push_back({.test = Hypothesis(config),
                        .events = EventRate(1),
                        .role = role,
                        .group = 0,
                        .pooled = {},
                        .required = asked.required,
                        .touched = std::ranges::find(policy_.touched, asked.name) != policy_.touched.end(),
                        .staked = false,
                        .share = 0,
                        .log_stake = 0,
                        .settled_log_e = 0});
  names_.push_back(asked.name);
  breakers_.push_back(std::move(breaker));
  newcomers_ = newcomers_ || questions_.back().present();
  return questions_.size() - 1;
}

std::optional<Trial::Subject> Trial::subject(std::string_view capability) {
  for (Subject s = 0; s < names_.size(); ++s) {
    const Role role = questions_[s].role;
    if ((role == Role::Capability || role == Role::Member) && names_[s] == capability) return s;
  }
  if (!policy_.discover || questions_.size() >= kMostQuestions) return std::nullopt;
  return pose(Role::Capability, unlisted(std::string(capability), policy_, policy_.default_tolerance));
}

std::optional<std::size_t> Trial::violation_class(std::string_view name) const {
  const auto found = std::ranges::find(classes_, name, &ViolationClass::name);
  if (found == classes_.end()) return std::nullopt;
  return static_cast<std::size_t>(found - classes_.begin());
}

void Trial::add(Subject subject, const Block& block) {
  Question& question = questions_[subject];
  if (question.role == Role::Errors) canary_interactions_ += block.canary.n;
  if (question.role == Role::Coverage) coverage_ += block;
  const std::optional<Block> whole = question.test.gather(block);
  if (!whole) return;
  if (!question.service()) questions_[kAggregateSubject].pooled += *whole;
  if (question.role == Role::Member) {
    questions_[question.group].pooled += *whole;
    return;
  }
  question.test.bet(*whole);
  newcomers_ = newcomers_ || !question.staked;
}

void Trial::add_events(std::size_t rule, const EventBlock& block) {
  Question& question = questions_[latency(policy_.latencies.size()) + rule];
  question.events.add(block);
  newcomers_ = newcomers_ || (!question.staked && question.seen());
}

void Trial::add_served(std::size_t weight, double share, std::array<double, 2> served) {
  if (served_.size() <= weight) served_.resize(weight + 1, {0, 0, 0});
  std::array<double, 3>& of = served_[weight];
  of = {of[0] + served[0], of[1] + served[1], share};
  split_log_e_ = 0;
  // Every weight is its own test; the product of e-values from successive stretches is an e-value.
  for (const auto& [canary, stable, expected] : served_) {
    if (expected <= 0 || expected >= 1) continue;
    split_log_e_ += share_mismatch_log_e(std::array{canary, stable}, std::array{expected, 1 - expected});
  }
}

void Trial::pool(Question& question) {
  if (!question.pooled.complete()) return;
  if (const std::optional<Block> whole = question.test.gather(question.pooled)) question.test.bet(*whole);
  question.pooled = {};
  newcomers_ = newcomers_ || !question.staked;
}

void Trial::pool_all() {
  for (Question& question : questions_) pool(question);
}

void Trial::weight_changed() {
  pool_all();
  for (Question& question : questions_) {
    if (question.role == Role::Coverage) continue;
    question.test.drop_carried();
    question.events.drop_carried();
  }
}

double Trial::interactions() const {
  return std::max(canary_interactions_, questions_[kAggregateSubject].test.totals().canary.n);
}

// The weights of canary-statistics 1.vi among those that have data. One without data gives its weight to the others.
// The touched skills share half of what the skills have, but never get less than the others do.
std::vector<double> Trial::fair_shares() const {
  double service = 0;
  double touched = 0;
  double skills = 0;
  for (const Question& q : questions_) {
    if (!q.present()) continue;
    service += q.service() ? 1 : 0;
    skills += q.skill() ? 1 : 0;
    touched += q.skill() && q.touched ? 1 : 0;
  }
  const double part =
      touched > 0 && touched < skills ? std::max(kTouchedPart, touched / skills) : touched / std::max(skills, 1.0);
  const auto weight = [&](const Question& q) {
    if (!q.present()) return 0.0;
    if (q.role == Role::Aggregate) return kAggregateWeight;
    if (q.service()) return kServiceWeight / service;
    return kSkillWeight * (q.touched ? part / touched : (1 - part) / (skills - touched));
  };
  std::vector<double> shares;
  double sum = 0;
  for (const Question& q : questions_) {
    shares.push_back(weight(q));
    sum += shares.back();
  }
  for (double& share : shares) share /= sum;
  return shares;
}

// Each question bets its part of one capital, and the capital is the e-value of "nothing is wrong". A newcomer is paid
// from what the others held at the last end of a scrape, so nothing is won or lost by its coming: the capital stays a
// fair game, which it would not if weights were merely changed.
void Trial::stake_newcomers() {
  newcomers_ = false;
  const std::vector<double> shares = fair_shares();
  const bool first = std::ranges::none_of(questions_, &Question::staked);
  double arriving = 0;
  double freed = first ? 0 : kLogZero;  // log
  for (std::size_t i = 0; i < questions_.size(); ++i) {
    Question& q = questions_[i];
    if (!q.staked) {
      arriving += shares[i];
      continue;
    }
    const double kept = std::min(1.0, shares[i] / q.share);
    if (kept < 1) freed = log_add(freed, q.log_stake + q.settled_log_e + std::log1p(-kept));
    q.log_stake += std::log(kept);
    q.share = shares[i];
  }
  for (std::size_t i = 0; i < questions_.size(); ++i) {
    Question& q = questions_[i];
    if (q.staked || !(shares[i] > 0)) continue;
    q.log_stake = freed + std::log(shares[i] / arriving);
    q.share = shares[i];
    q.staked = true;
  }
}

double Trial::settle() {
  double largest = kLogZero;
  for (Question& q : questions_) {
    q.settled_log_e = q.log_e();
    if (q.staked) largest = std::max(largest, q.log_stake + q.settled_log_e);
  }
  if (largest == kLogZero) return 0;
  double sum = 0;
  for (const Question& q : questions_) {
    if (q.staked) sum += exp_beside_one(q.log_stake + q.settled_log_e - largest);
  }
  return largest + std::log(sum);
}

void Trial::end_of_scrape() {
  pool_all();
  if (newcomers_) stake_newcomers();
  log_e_ = settle();
  if (!alarm_ && log_e_ >= -std::log(policy_.alpha)) alarm_ = Alarm{log_e_, blame()};
  if (!rate_alarm_) raise_rate_alarm();
}

// Every rule that bounds a rate is a test of its own, and one that is wrong is enough to roll back: their union costs
// what each of them costs, so each gets its part of the level (Bonferroni).
double Trial::rate_bar() const {
  const auto tested = std::ranges::count_if(policy_.guardrails, bounds_a_rate);
  return std::log(std::max(1.0, static_cast<double>(tested)) / policy_.alpha_guardrail);
}

void Trial::raise_rate_alarm() {
  const double bar = rate_bar();
  for (std::size_t i = 0; i < policy_.guardrails.size(); ++i) {
    const EvidencePolicy::GuardrailRule& rule = policy_.guardrails[i];
    const double events = classes_[rule_class_[i]].tested;
    if (!bounds_a_rate(rule) || !(events > 0)) continue;
    const double limit =
        rule.max_rate.value_or(rule.max_events / std::max(1.0, static_cast<double>(policy_.max_samples)));
    const double log_e = guardrail_log_e(events, interactions(), std::min(0.99, limit));
    if (log_e < bar) continue;
    rate_alarm_ = GuardAlarm{i, events, interactions(), log_e};
    return;
  }
}

}  // namespace pawl::domain
