// One candidate against stable, judged from blocks alone. It knows nothing of series, scrapes or clocks: whoever has
// blocks (the operator's fold, a replayed file, a simulator) adds them, ends the scrape, and asks.
#pragma once

#include <array>
#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "domain/evidence/event_rate.h"
#include "domain/evidence/hypothesis.h"
#include "domain/evidence/policy.h"
#include "domain/evidence/stable_history.h"
#include "domain/evidence/verdict.h"

namespace pawl::domain {

/// Names of the hypotheses that are not capabilities.
inline constexpr const char* kAggregate = "aggregate";
inline constexpr const char* kErrors = "errors";
inline constexpr const char* kCoverage = "coverage";
/// The breaker of a regression in scores.
inline constexpr const char* kQualityBreaker = "quality";

/// The reason of a hold because the newest sample is too old.
inline constexpr const char* kEvidenceStale = "EvidenceStale";

/// Why nothing can be judged for now.
struct Hold {
  std::string reason;   ///< CamelCase
  std::string message;  ///< with numbers
  std::string detail;   ///< without
};

/// Names are looked up once; adding a block allocates nothing and touches no name. The decision is the enum; `verdict`
/// dresses it in numbers and words. Both depend on what was added and on their arguments only. Not thread-safe; the
/// same calls in the same order give the same bits.
class Trial {
 public:
  /// The number of what a block is about.
  using Subject = std::size_t;
  /// Interactions, passed = without an error.
  static constexpr Subject kErrorsSubject = 0;
  /// Interactions served, passed = scored.
  static constexpr Subject kCoverageSubject = 1;

  explicit Trial(EvidencePolicy policy, StableHistory history = {});

  /// The n-th latency rule's: interactions, passed = answered in time.
  [[nodiscard]] Subject latency(std::size_t rule) const { return kAggregateSubject + 1 + rule; }
  /// A capability's. One that is not listed is added, unless the policy judges listed ones alone or there are a
  /// thousand already: then nothing.
  std::optional<Subject> subject(std::string_view capability);
  /// A violation class's number; nothing when no guardrail watches it.
  [[nodiscard]] std::optional<std::size_t> violation_class(std::string_view name) const;

  /// What both arms gained since the scrape before. Half a block, with one arm only, waits for the other half.
  void add(Subject subject, const Block& block);
  /// The same for the n-th event rule.
  void add_events(std::size_t rule, const EventBlock& block);
  /// Counts for the coverage that is needed, without being bet on: what was served while the weight changed.
  void count_coverage(const Block& block) { coverage_ += block; }
  /// How many each arm {canary, stable} was given at the n-th weight, the canary's share in (0,1) being `share`.
  void add_served(std::size_t weight, double share, std::array<double, 2> served);
  /// Violations of the canary, for the rate test.
  void add_violations(std::size_t violation_class, double n) { classes_[violation_class].tested += n; }
  /// Violations of the canary, for the count that trips at once; waits for no end of the scrape.
  void report_violations(std::size_t violation_class, double n) { classes_[violation_class].counted += n; }
  /// The weight changes here: half blocks are forgotten, for no block may span a change. Coverage, which comes later,
  /// forgets its half by itself.
  void weight_changed();
  void forget_half(Subject subject) { questions_[subject].test.drop_carried(); }
  /// All blocks of a scrape are in: pools them, and raises what alarms there are. Alarms stay.
  void end_of_scrape();

  /// The decision of canary-statistics section 2 at this age. Without `trusted` data there is no promotion.
  [[nodiscard]] Verdict::Kind decision(Duration age, bool trusted = true) const;
  /// The same with its numbers. `untrusted` says why the data cannot be trusted, if so.
  [[nodiscard]] Verdict verdict(Duration age, const std::optional<Hold>& untrusted = std::nullopt) const;
  /// log e of "nothing is wrong", as of the last end of a scrape.
  [[nodiscard]] double log_e() const { return log_e_; }
  /// Capabilities whose proof a promotion needs.
  [[nodiscard]] std::vector<std::string> needed() const;

 private:
  static constexpr Subject kAggregateSubject = 2;
  /// Errors, coverage, latency and events are the service; capabilities and groups of them are the skills. A member is
  /// counted by itself and judged in its group.
  enum class Role { Errors, Coverage, Aggregate, Latency, Events, Capability, Group, Member };
  enum class Obstacle { None, Split, Coverage, NoScores, CapabilityMissing, BreakerWithoutData };
  struct Question {
    Hypothesis test;
    EventRate events{1};  ///< instead of `test`, for Role::Events
    Role role;
    Subject group = 0;  ///< of a member
    Block pooled{};     ///< complete blocks of this scrape, of all capabilities or of all members
    bool required = false;
    bool touched = false;
    bool staked = false;       ///< takes part in the weighted mean
    double share = 0;          ///< weight among those that take part
    double log_stake = 0;      ///< log of what it bets with
    double settled_log_e = 0;  ///< as of the last end of a scrape

    [[nodiscard]] double log_e() const { return role == Role::Events ? events.log_e() : test.log_e(); }
    [[nodiscard]] bool seen() const {
      return role == Role::Events ? events.totals().complete() : test.totals().complete();
    }
    [[nodiscard]] bool skill() const { return role == Role::Capability || role == Role::Group; }
    [[nodiscard]] bool service() const { return role != Role::Aggregate && role != Role::Member && !skill(); }
    /// Takes part in the weighted mean. It depends on counts only, never on outcomes.
    [[nodiscard]] bool present() const { return skill() || (role != Role::Member && seen()); }
  };
  static_assert(sizeof(Question) <= 1024, "a thousand questions must fit into a megabyte");
  struct ViolationClass {
    std::string name;
    double counted = 0;
    double tested = 0;
  };
  struct Alarm {
    double log_e = 0;
    std::vector<std::string> blamed;
  };
  struct GuardAlarm {
    std::size_t rule = 0;
    double events = 0;
    double interactions = 0;
    double log_e = 0;  ///< of the rate test; 0 when the count alone decided
  };

  // Adding (trial.cpp).
  Subject pose(Role role, const EvidencePolicy::Capability& asked, std::string breaker = {});
  void pose_skills();
  void pool(Question& question);
  void pool_all();
  void stake_newcomers();
  [[nodiscard]] std::vector<double> fair_shares() const;
  double settle();
  /// What log e must reach against one bounded rate.
  [[nodiscard]] double rate_bar() const;
  void raise_rate_alarm();
  [[nodiscard]] double interactions() const;

  // Judging (decision.cpp).
  struct Accusable {
    std::vector<double> log_e;
    std::vector<Subject> subjects;
  };
  [[nodiscard]] Accusable accusable() const;
  [[nodiscard]] std::string strongest() const;
  [[nodiscard]] std::vector<std::string> blame() const;
  [[nodiscard]] std::vector<std::string> suspects(Verdict::Kind kind) const;
  [[nodiscard]] std::string breaker_of(const std::vector<std::string>& blamed) const;
  [[nodiscard]] bool missing(const Question& question) const;
  [[nodiscard]] std::optional<GuardAlarm> guard_alarm() const;
  [[nodiscard]] Obstacle obstacle() const;
  [[nodiscard]] bool is_needed(const Question& question) const;
  /// A breaker of shares: what it watches must be proven too, each answer that is right or in time being a pass.
  [[nodiscard]] bool is_needed_metric(const Question& question) const;
  [[nodiscard]] std::string proven_in_words() const;
  [[nodiscard]] bool proven(const Question& question) const;
  [[nodiscard]] bool all_proven() const;
  [[nodiscard]] bool exhausted() const;
  [[nodiscard]] Hold describe(Obstacle obstacle) const;
  [[nodiscard]] Hold describe_coverage() const;
  [[nodiscard]] Hold describe_missing() const;
  [[nodiscard]] std::string compared(Subject subject) const;
  void describe(Verdict& verdict, Duration age, const std::optional<Hold>& untrusted) const;
  void describe_guardrail(Verdict& verdict) const;
  void describe_regression(Verdict& verdict) const;
  [[nodiscard]] std::vector<Subject> in_order() const;
  [[nodiscard]] ScoreboardRow row(Subject subject) const;

  EvidencePolicy policy_;
  StableHistory history_;
  std::vector<Question> questions_;
  std::vector<std::string> names_;     ///< of the questions; apart, because adding never reads them
  std::vector<std::string> breakers_;  ///< that they trip; empty for a capability
  std::vector<ViolationClass> classes_;
  std::vector<std::size_t> rule_class_;  ///< of each guardrail
  Block coverage_;
  bool newcomers_ = false;
  bool any_required_ = false;
  double canary_interactions_ = 0;
  double log_e_ = 0;
  std::vector<std::array<double, 3>> served_;  ///< by weight: canary, stable, the canary's share
  double split_log_e_ = 0;
  std::optional<Alarm> alarm_;            ///< latched: looking again never turns a failed verdict into a pass
  std::optional<GuardAlarm> rate_alarm_;  ///< latched
};

}  // namespace pawl::domain
