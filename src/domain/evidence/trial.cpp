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
constexpr double kServiceWeight = 0.20;  // errors and coverage together
constexpr double kCapabilityWeight = 0.70;

}  // namespace

Trial::Trial(EvidencePolicy policy, StableHistory history) : policy_(std::move(policy)), history_(std::move(history)) {
  const EvidencePolicy::Capability plain{.name = {}, .margin = policy_.default_margin, .tolerance = 0, .required = false};
  pose(kErrors, Role::Errors, plain);
  pose(kCoverage, Role::Coverage, plain);
  pose(kAggregate, Role::Aggregate, plain);
  for (const EvidencePolicy::Capability& capability : policy_.capabilities) pose(capability.name, Role::Capability, capability);
  any_required_ = std::ranges::any_of(questions_, &Question::required);
  for (const EvidencePolicy::GuardrailRule& rule : policy_.guardrails) {
    const std::optional<std::size_t> known = violation_class(rule.violation_class);
    rule_class_.push_back(known.value_or(classes_.size()));
    if (!known) classes_.push_back({.name = rule.violation_class, .counted = 0, .tested = 0});
  }
}

Trial::Subject Trial::pose(std::string name, Role role, const EvidencePolicy::Capability& capability) {
  const auto known = history_.find(name);
  HypothesisConfig config{.margin = capability.margin,
                          .tolerance = capability.tolerance,
                          .planned = static_cast<double>(policy_.max_samples),
                          .history = known == history_.end() ? History{} : known->second};
  questions_.push_back({.test = Hypothesis(config),
                        .role = role,
                        .required = capability.required,
                        .staked = false,
                        .share = 0,
                        .log_stake = 0,
                        .settled_log_e = 0});
  names_.push_back(std::move(name));
  newcomers_ = newcomers_ || role == Role::Capability;
  return questions_.size() - 1;
}

std::optional<Trial::Subject> Trial::subject(std::string_view capability) {
  for (Subject s = 0; s < names_.size(); ++s) {
    if (questions_[s].role == Role::Capability && names_[s] == capability) return s;
  }
  if (!policy_.discover) return std::nullopt;
  const EvidencePolicy::Capability found{.name = {}, .margin = policy_.default_margin, .tolerance = 0, .required = false};
  return pose(std::string(capability), Role::Capability, found);
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
  question.test.bet(*whole);
  newcomers_ = newcomers_ || !question.staked;
  if (question.role == Role::Capability) pooled_ += *whole;
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

void Trial::pool() {
  if (!pooled_.complete()) return;
  Question& aggregate = questions_[kAggregateSubject];
  if (const std::optional<Block> whole = aggregate.test.gather(pooled_)) aggregate.test.bet(*whole);
  newcomers_ = newcomers_ || !aggregate.staked;
  pooled_ = {};
}

void Trial::weight_changed() {
  pool();
  for (Question& question : questions_) {
    if (question.role != Role::Coverage) question.test.drop_carried();
  }
}

double Trial::interactions() const {
  return std::max(canary_interactions_, questions_[kAggregateSubject].test.totals().canary.n);
}

// The weights of canary-statistics 1.vi among those that have data. One without data gives its weight to the others.
std::vector<double> Trial::fair_shares() const {
  const auto present = [](const Question& q) { return q.role == Role::Capability || q.test.totals().complete(); };
  std::array<double, 4> members{};
  for (const Question& q : questions_) members[static_cast<std::size_t>(q.role)] += present(q) ? 1 : 0;
  const double service = members[static_cast<std::size_t>(Role::Errors)] + members[static_cast<std::size_t>(Role::Coverage)];
  const auto weight = [&](Role role) {
    switch (role) {
      case Role::Errors:
      case Role::Coverage: return kServiceWeight / service;
      case Role::Aggregate: return kAggregateWeight;
      case Role::Capability: return kCapabilityWeight / members[static_cast<std::size_t>(Role::Capability)];
    }
    return 0.0;
  };
  std::vector<double> shares;
  double sum = 0;
  for (const Question& q : questions_) {
    shares.push_back(present(q) ? weight(q.role) : 0);
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
    q.settled_log_e = q.test.log_e();
    if (q.staked) largest = std::max(largest, q.log_stake + q.settled_log_e);
  }
  if (largest == kLogZero) return 0;
  double sum = 0;
  for (const Question& q : questions_) {
    if (q.staked) sum += std::exp(q.log_stake + q.settled_log_e - largest);
  }
  return largest + std::log(sum);
}

void Trial::end_of_scrape() {
  pool();
  if (newcomers_) stake_newcomers();
  log_e_ = settle();
  if (!alarm_ && log_e_ >= -std::log(policy_.alpha)) alarm_ = Alarm{log_e_, blame()};
  if (!rate_alarm_) raise_rate_alarm();
}

void Trial::raise_rate_alarm() {
  for (std::size_t i = 0; i < policy_.guardrails.size(); ++i) {
    const EvidencePolicy::GuardrailRule& rule = policy_.guardrails[i];
    const double events = classes_[rule_class_[i]].tested;
    if (rule.max_events <= 0 || !(events > 0)) continue;
    const double limit = std::min(0.99, rule.max_events / std::max(1.0, static_cast<double>(policy_.max_samples)));
    const double log_e = guardrail_log_e(events, interactions(), limit);
    if (log_e < -std::log(policy_.alpha_guardrail)) continue;
    rate_alarm_ = GuardAlarm{i, events, interactions(), log_e};
    return;
  }
}

}  // namespace pawl::domain
