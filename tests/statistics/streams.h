// Seeded rollouts as the statistics see them: what both arms gain at every scrape, capability by capability.
// A scenario says what is true; a stream draws from it. The same scenario and seed give the same stream.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/random.h"
#include "domain/evidence/block.h"
#include "domain/evidence/counters.h"
#include "domain/evidence/payoff.h"
#include "domain/evidence/series.h"
#include "statistics/samplers.h"

namespace pawl::statistics {

/// Interactions of one capability between two scrapes (15 s), both arms together: 30 per minute.
inline constexpr double kRate = 7.5;
/// Scrapes in one minute.
inline constexpr int kMinute = 4;

/// What is true in one rollout. `culprit` is the capability that drops; all others move to `p_others`.
struct Scenario {
  std::string name;
  double share = 0.1;     ///< of traffic that the canary gets, (0,1)
  double p_stable = 0.9;  ///< pass rate of stable
  double p_culprit = 0.9;
  double p_others = 0.9;
  int capabilities = 20;
  int culprit = 0;
  double drop_after = 0;  ///< canary interactions of a capability before anything changes
  double horizon = 3000;  ///< canary interactions of a capability after which the rollout ends
  std::vector<double> rates = std::vector<double>(20, kRate);  ///< by capability, per scrape
  /// Share at a scrape, where it changes; and what is added to the pass rate of both arms.
  std::function<double(int scrape, int scrapes)> ramp;
  std::function<double(int scrape, int scrapes)> drift;

  [[nodiscard]] bool healthy() const { return p_culprit >= p_stable; }
  [[nodiscard]] int scrapes() const;
  [[nodiscard]] Scenario named(std::string other) const;
};

// Pass/fail scenarios of canary-statistics, section 3 and 4.
Scenario null_at(double share);                         ///< both arms pass 90 %
Scenario a1(double share);                              ///< .90 -> .85 in one of twenty, the others rise by .02
Scenario a2(double share);                              ///< .90 -> .80
Scenario a3(double share);                              ///< .95 -> .90
Scenario a3_null(double share);                         ///< both arms pass 95 %
Scenario h1();                                          ///< null, .93, 7 %
Scenario h2();                                          ///< null, .99, 50 capabilities, 5 %
Scenario h3();                                          ///< .93 -> .86, 7 %
Scenario h4();                                          ///< .97 -> .92, 50 capabilities, 20 %
Scenario h5();                                          ///< .60 -> .50, 10 %
Scenario h6();                                          ///< .93 -> .83 after 800 interactions, 10 %
Scenario h7();                                          ///< .90 -> .70, 5 %
Scenario h8();                                          ///< the canary has 90 % of the traffic, .90 -> .80
Scenario ramp_and_drift();                              ///< null: 5, 10, 25, 50 % while both arms fall from .95 to .80
Scenario common_swing(double share, double amplitude);  ///< null: two swings of both arms' rate
Scenario zipf(bool drop);                               ///< 200 capabilities, the 20th busiest may drop .90 -> .80
Scenario promotion(double drop);                        ///< .90, 5 %; one capability lost `drop`

/// One block per capability and scrape. Not thread-safe.
class Stream {
 public:
  Stream() = default;
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;
  virtual ~Stream() = default;
  [[nodiscard]] virtual int scrapes() const = 0;
  [[nodiscard]] virtual int capabilities() const = 0;
  /// The blocks of the next scrape, one per capability; valid until the next call. At most `scrapes()` calls.
  virtual std::span<const domain::Block> next() = 0;
  /// Canary interactions of the culprit that have happened so far: the time of all delays.
  [[nodiscard]] virtual double interactions() const { return interactions_; }

 protected:
  double interactions_ = 0;
};

/// What a day of stable alone has told, by capability.
using Histories = std::vector<domain::History>;

/// Independent pass/fail interactions that arrive as a Poisson process.
class BinaryStream : public Stream {
 public:
  BinaryStream(Scenario scenario, std::uint64_t seed);
  [[nodiscard]] int scrapes() const override { return scrapes_; }
  [[nodiscard]] int capabilities() const override { return scenario_.capabilities; }
  std::span<const domain::Block> next() override;

 private:
  void at_share(double share);

  Scenario scenario_;
  Random random_;
  int scrapes_;
  int at_ = 0;
  int drop_at_;
  double share_ = -1;
  std::vector<Poisson> canary_arrivals_;
  std::vector<Poisson> stable_arrivals_;
  std::vector<domain::Block> blocks_;
};

/// 200 scores of each capability from before the rollout.
Histories history_of(const Scenario& scenario, std::uint64_t seed);

/// Interactions come in sessions of 1 to 8 (mean 4, truncated) whose quality varies: Beta with intra-class correlation
/// `icc`. They are 1.4 scrapes apart.
class SessionStream : public Stream {
 public:
  enum class Unit {
    Interaction,  ///< every interaction is a score
    Session,      ///< the session's mean is the score, sent when it ends
  };
  SessionStream(Scenario scenario, double icc, Unit unit, std::uint64_t seed);
  [[nodiscard]] int scrapes() const override { return scrapes_; }
  [[nodiscard]] int capabilities() const override { return scenario_.capabilities; }
  std::span<const domain::Block> next() override;

 private:
  void session(int capability, bool canary, double p);
  domain::Block& later(int scrapes, int capability);

  Scenario scenario_;
  double kappa_;
  Unit unit_;
  Random random_;
  int scrapes_;
  int at_ = 0;
  std::vector<double> interactions_later_;
  std::vector<std::vector<domain::Block>> pending_;  // ring: by scrape, then capability
};

/// A score arrives after a delay that depends on its outcome (exponential, in scrapes).
class DelayedStream : public Stream {
 public:
  /// `cohort`: both arms count only what began after the rollout did. Otherwise stable's pipeline is full already.
  DelayedStream(Scenario scenario, double fail_delay, double pass_delay, bool cohort, int scrapes, std::uint64_t seed);
  [[nodiscard]] int scrapes() const override { return scrapes_; }
  [[nodiscard]] int capabilities() const override { return scenario_.capabilities; }
  std::span<const domain::Block> next() override;

 private:
  void arrive(int scrape);

  Scenario scenario_;
  double fail_delay_;
  double pass_delay_;
  Random random_;
  int scrapes_;
  int at_ = 0;
  std::vector<std::vector<domain::Block>> arrived_;  // by scrape, then capability
};

/// Scores in [0,1] with a Beta distribution.
struct GradedScenario {
  std::string name;
  double stable_mean = 0.8;
  double culprit_mean = 0.8;
  double others_mean = 0.8;
  double concentration = 6;  ///< variance = mean (1 - mean) / (1 + concentration)
  double share = 0.05;
  int capabilities = 20;
  double horizon = 2000;
  [[nodiscard]] double variance() const { return stable_mean * (1 - stable_mean) / (1 + concentration); }
};
GradedScenario graded(double from, double to, double concentration, double share);
GradedScenario graded_null(double mean, double concentration, double share);
/// As the operator makes it of a day of stable.
Histories history_of(const GradedScenario& scenario);

class GradedStream : public Stream {
 public:
  GradedStream(GradedScenario scenario, std::uint64_t seed);
  [[nodiscard]] int scrapes() const override { return scrapes_; }
  [[nodiscard]] int capabilities() const override { return scenario_.capabilities; }
  std::span<const domain::Block> next() override;

 private:
  domain::ArmCounts scores(const Poisson& arrivals, double mean);

  GradedScenario scenario_;
  Random random_;
  int scrapes_;
  Poisson canary_arrivals_;
  Poisson stable_arrivals_;
  std::vector<domain::Block> blocks_;
};

/// Revisions of the scraped counters.
inline constexpr const char* kCanaryDigest = "sha256:canary";
inline constexpr const char* kStableDigest = "sha256:stable";

/// The same increments seen through the counters of pods: 2 canary and 4 stable pods; a share of scrapes is lost, and
/// pods restart with counters at zero. What a restart forgets is lost; the rest is recovered by the delta rule.
class CounterStream : public Stream {
 public:
  struct Loss {
    double scrape = 0.20;   ///< probability that a pod's scrape is lost
    double restart = 0.01;  ///< probability that a pod restarts between two scrapes
  };
  CounterStream(std::unique_ptr<Stream> truth, Loss loss, std::uint64_t seed);
  [[nodiscard]] int scrapes() const override { return truth_->scrapes(); }
  [[nodiscard]] int capabilities() const override { return truth_->capabilities(); }
  std::span<const domain::Block> next() override;
  [[nodiscard]] double interactions() const override { return truth_->interactions(); }
  /// The counters of the last scrape as a metrics source returns them: of the pods whose scrape was not lost.
  [[nodiscard]] std::vector<domain::Series> scraped(Instant at) const;
  /// Share of the canary's increments that was seen so far.
  [[nodiscard]] double seen() const { return happened_ > 0 ? observed_ / happened_ : 1; }

 private:
  struct Pod {
    std::string name;
    bool canary = false;
    bool scraped = false;
    std::vector<domain::ArmCounts> totals;  ///< by capability
    domain::PodCounters last;
  };
  void count(std::size_t first, std::size_t pods, std::size_t capability, const domain::ArmCounts& arm);

  std::unique_ptr<Stream> truth_;
  Loss loss_;
  Random random_;
  std::vector<Pod> pods_;
  std::vector<std::string> names_;
  std::vector<domain::Block> blocks_;
  double happened_ = 0;
  double observed_ = 0;
};

}  // namespace pawl::statistics
