// The judge by itself: blocks in, decisions out. Every parameter of canary-statistics section 2 is turned here once.
#include "domain/evidence/trial.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "base/random.h"

namespace pawl::domain {
namespace {

using Kind = Verdict::Kind;
constexpr Duration kOld = std::chrono::hours{1};

Block block(double n_canary, double canary_passes, double n_stable, double stable_passes) {
  return {binary_counts(n_canary, canary_passes), binary_counts(n_stable, stable_passes)};
}
const Block kHealthy = block(10, 9, 100, 90);
const Block kDropped = block(10, 6, 100, 90);

EvidencePolicy policy(const std::vector<std::string>& required) {
  EvidencePolicy result;
  for (const std::string& name : required) result.capabilities.push_back({name, 0.05, 0, true});
  return result;
}

void scrape(Trial& trial, const std::string& capability, const Block& gained) {
  trial.add(trial.subject(capability).value(), gained);
  trial.end_of_scrape();
}

/// The number of scrapes until the decision is `wanted`, at most 10000.
int scrapes_until(Trial& trial, const std::string& capability, const Block& gained, Kind wanted) {
  for (int i = 1; i <= 10'000; ++i) {
    scrape(trial, capability, gained);
    if (trial.decision(kOld) == wanted) return i;
  }
  return 10'000;
}

const ScoreboardRow& row(const Verdict& verdict, const std::string& name) {
  const auto found = std::ranges::find(verdict.scoreboard, name, &ScoreboardRow::capability);
  if (found != verdict.scoreboard.end()) return *found;
  static const ScoreboardRow none;
  ADD_FAILURE() << "no row " << name;
  return none;
}

TEST(Trial, RollsBackADropAndPromotesAHealthyOne) {
  Trial bad(policy({"search"}));
  EXPECT_LT(scrapes_until(bad, "search", kDropped, Kind::RollBackRegression), 10);
  EvidencePolicy patient = policy({"search"});
  patient.max_samples = 100'000;
  Trial good(patient);
  EXPECT_LT(scrapes_until(good, "search", kHealthy, Kind::Promote), 100);
}

TEST(Trial, DecidesTheSameWithAndWithoutWords) {
  for (std::uint64_t seed = 1; seed <= 30; ++seed) {
    Random random(seed);
    EvidencePolicy with = policy({"a", "b"});
    with.guardrails.push_back({"leak", "pii", 0, std::nullopt});
    with.errors_breaker = "errors";
    Trial trial(with);
    for (int i = 0; i < 200; ++i) {
      for (const char* name : {"a", "b", "c"}) {
        const double n = static_cast<double>(random.below(8));
        scrape(trial, name, block(n, std::floor(n * (seed % 3 == 0 ? 0.5 : 1.0)), 20, 18));
      }
      trial.add(Trial::kErrorsSubject, block(5, 5, 50, 50));
      if (seed % 5 == 0 && i == 150) trial.report_violations(trial.violation_class("pii").value(), 1);
      trial.end_of_scrape();
      const Duration age = std::chrono::minutes{i};
      ASSERT_EQ(trial.decision(age), trial.verdict(age).kind);
      ASSERT_EQ(trial.decision(age, false), trial.verdict(age, Hold{"EvidenceStale", "old", "old"}).kind);
    }
  }
}

TEST(Trial, ADropWithinTheToleranceIsNoRegression) {
  const Block slightly = block(100, 88, 1000, 900);
  Trial strict(policy({"search"}));
  EXPECT_LT(scrapes_until(strict, "search", slightly, Kind::RollBackRegression), 2000);
  EvidencePolicy lenient = policy({"search"});
  lenient.capabilities[0].tolerance = 0.03;
  Trial tolerant(lenient);
  EXPECT_EQ(scrapes_until(tolerant, "search", slightly, Kind::RollBackRegression), 10'000);
}

TEST(Trial, EachCapabilityHasItsOwnTolerance) {
  EvidencePolicy with = policy({"search", "write"});
  with.capabilities[0].tolerance = 0.04;
  Trial trial(with);
  for (int i = 0; i < 300; ++i) {
    trial.add(trial.subject("search").value(), block(100, 87, 1000, 900));
    scrape(trial, "write", block(100, 87, 1000, 900));
  }
  EXPECT_EQ(trial.verdict(kOld).blamed, std::vector<std::string>{"write"});
}

TEST(Trial, AWiderMarginIsProvenSooner) {
  EvidencePolicy wide = policy({"search"});
  wide.capabilities[0].margin = 0.2;
  wide.min_samples = 10;
  Trial easy(wide);
  Trial hard(policy({"search"}));
  EXPECT_LT(scrapes_until(easy, "search", kHealthy, Kind::Promote),
            scrapes_until(hard, "search", kHealthy, Kind::Promote));
}

TEST(Trial, DeflationDividesTheEvidence) {
  EvidencePolicy with = policy({"search"});
  with.start_mass = 1;
  Trial plain(with);
  with.deflation = 2;
  Trial deflated(with);
  scrape(plain, "search", kDropped);
  scrape(deflated, "search", kDropped);
  const double full = row(plain.verdict(kOld), "search").log_e;
  EXPECT_GT(full, 0);
  EXPECT_LT(row(deflated.verdict(kOld), "search").log_e, 0.7 * full);
  EXPECT_GT(row(deflated.verdict(kOld), "search").log_e, 0);
}

TEST(Trial, WhatIsKeptForLaterStartsFindsALateDropSooner) {
  const auto delay = [](double start_mass) {
    EvidencePolicy with = policy({"search"});
    with.start_mass = start_mass;
    with.beta = 1e-9;  // look at rollback alone
    Trial trial(with);
    for (int i = 0; i < 80; ++i) scrape(trial, "search", kHealthy);
    return scrapes_until(trial, "search", block(10, 8, 100, 90), Kind::RollBackRegression);
  };
  EXPECT_LT(delay(0.75), delay(0.999999));
}

TEST(Trial, KnowingStableFromBeforeFindsADropSooner) {
  Trial fresh(policy({"search"}));
  Trial informed(policy({"search"}), {{"search", passing(0.9)}});
  const Block small = block(4, 1, 10, 9);
  scrape(fresh, "search", small);
  scrape(informed, "search", small);
  EXPECT_GT(row(informed.verdict(kOld), "search").log_e, row(fresh.verdict(kOld), "search").log_e + 0.2);
}

TEST(Trial, AShortMemoryFollowsStableSooner) {
  const auto evidence = [](double memory) {
    EvidencePolicy with = policy({"search"});
    with.memory = memory;
    with.alpha = 1e-12;
    Trial trial(with);
    for (int i = 0; i < 30; ++i) scrape(trial, "search", block(10, 9.0, 100, 95));
    for (int i = 0; i < 5; ++i) scrape(trial, "search", block(10, 3, 100, 50));
    return row(trial.verdict(kOld), "search").log_e;
  };
  EXPECT_NE(evidence(200), evidence(100'000));
}

TEST(Trial, ASmallerCapLosesLessOnOneScore) {
  const auto worst = [](double cap) {
    EvidencePolicy with = policy({"search"});
    with.cap = cap;
    with.start_mass = 1;
    Trial trial(with, {{"search", passing(0.9)}});
    scrape(trial, "search", block(100, 100, 1, 0));  // nearly all is bet on the one score of stable, and lost
    return row(trial.verdict(kOld), "search").log_e;
  };
  EXPECT_GT(worst(0.3), worst(0.95));
}

TEST(Trial, EventsThatComeMoreOftenNameTheirBreaker) {
  EvidencePolicy with = policy({"search"});
  with.events.push_back({"retries", "retry", 1.5});
  Trial trial(with);
  for (int i = 0; i < 40; ++i) {
    trial.add_events(0, {.canary_exposure = 10, .canary_events = 4, .stable_exposure = 90, .stable_events = 9});
    scrape(trial, "search", kHealthy);
  }
  const Verdict v = trial.verdict(kOld);
  EXPECT_EQ(v.kind, Kind::RollBackRegression) << v.message;
  EXPECT_EQ(v.breaker, "retries");
  EXPECT_NE(v.message.find("retries 0.400 per interaction of 400 against 0.100 of 3600 on stable"), std::string::npos)
      << v.message;
}

TEST(Trial, EventsWithinTheirToleranceOrCommonToBothArmsAreNoRegression) {
  EvidencePolicy with = policy({"search"});
  with.events.push_back({"retries", "retry", 1.5});
  Trial trial(with);
  for (int i = 0; i < 300; ++i) {
    const double surge = i > 100 && i < 200 ? 5 : 1;
    trial.add_events(
        0, {.canary_exposure = 10, .canary_events = 1.4 * surge, .stable_exposure = 100, .stable_events = 10 * surge});
    scrape(trial, "search", kHealthy);
  }
  EXPECT_NE(trial.decision(kOld), Kind::RollBackRegression);
}

TEST(Trial, AnswersThatComeTooLateNameTheirBreaker) {
  EvidencePolicy with = policy({"search"});
  with.latencies.push_back({"slow", 2.5, 1});
  Trial trial(with);
  for (int i = 0; i < 40; ++i) {
    trial.add(trial.latency(0), block(10, 7, 90, 88));
    scrape(trial, "search", kHealthy);
  }
  const Verdict v = trial.verdict(kOld);
  EXPECT_EQ(v.kind, Kind::RollBackRegression) << v.message;
  EXPECT_EQ(v.breaker, "slow");
  EXPECT_EQ(v.blamed, std::vector<std::string>{"slow"});
}

TEST(Trial, ErrorsWithinTheirToleranceAreNoRegression) {
  const auto decision = [](double tolerance) {
    EvidencePolicy with = policy({"search"});
    with.errors_breaker = "errors";
    with.errors_tolerance = tolerance;
    Trial trial(with);
    for (int i = 0; i < 300; ++i) {
      trial.add(Trial::kErrorsSubject, block(100, 98, 900, 891));
      scrape(trial, "search", kHealthy);
    }
    return trial.decision(kOld);
  };
  EXPECT_EQ(decision(0), Kind::RollBackRegression);
  EXPECT_NE(decision(0.02), Kind::RollBackRegression);
}

// Two points of errors more are no proof of a regression yet, and no proof of its absence either.
TEST(Trial, NoPromotionUntilErrorsAreProvenNoWorse) {
  const auto decision = [](bool breaker, int scrapes_with_errors) {
    EvidencePolicy with = policy({"search"});
    with.max_samples = 100'000;
    if (breaker) with.errors_breaker = "errors";
    Trial trial(with);
    for (int i = 0; i < 200; ++i) {
      // Every error counts once; the others of the interactions say nothing.
      if (i < scrapes_with_errors) trial.add(Trial::kErrorsSubject, block(2, 2, 18, 18));
      scrape(trial, "search", kHealthy);
    }
    return trial.decision(kOld);
  };
  EXPECT_EQ(decision(false, 1), Kind::Promote) << "nobody asked for it";
  EXPECT_EQ(decision(true, 1), Kind::GoOn) << "two interactions prove nothing";
  EXPECT_EQ(decision(true, 150), Kind::Promote);
}

TEST(Trial, NoPromotionUntilAnswersAreProvenInTime) {
  EvidencePolicy with = policy({"search"});
  with.max_samples = 100'000;
  with.latencies.push_back({"slow", 2.5, 1});
  Trial trial(with);
  trial.add(trial.latency(0), block(10, 9, 90, 81));
  for (int i = 0; i < 200; ++i) scrape(trial, "search", kHealthy);
  EXPECT_EQ(trial.decision(kOld), Kind::GoOn);
  EXPECT_TRUE(row(trial.verdict(kOld), "slow").required);
  for (int i = 0; i < 200 && trial.decision(kOld) != Kind::Promote; ++i) {
    trial.add(trial.latency(0), block(10, 9, 90, 81));
    scrape(trial, "search", kHealthy);
  }
  const Verdict v = trial.verdict(kOld);
  EXPECT_EQ(v.kind, Kind::Promote);
  EXPECT_NE(v.message.find("1 capability and 1 breaker proven"), std::string::npos) << v.message;
}

TEST(Trial, ToleratedErrorsAreNotHeldAgainstAPromotion) {
  EvidencePolicy with = policy({"search"});
  with.max_samples = 100'000;
  with.errors_breaker = "errors";
  with.errors_tolerance = 0.06;
  Trial trial(with);
  for (int i = 0; i < 200; ++i) {
    trial.add(Trial::kErrorsSubject, block(100, 94, 900, 891));  // five points more: all of the margin
    scrape(trial, "search", kHealthy);
  }
  EXPECT_EQ(trial.decision(kOld), Kind::Promote) << trial.verdict(kOld).message;
}

/// log e of "nothing is wrong" with one bound of latency or two, `late` at the second.
double evidence_of_bounds(std::size_t bounds, double in_time_at_the_first, double in_time_at_the_second) {
  EvidencePolicy with = policy({});
  with.alpha = 1e-12;
  with.latencies.push_back({"slow", 1, 1});
  if (bounds > 1) with.latencies.push_back({"very-slow", 2.5, 1});
  Trial trial(with);
  for (int i = 0; i < 20; ++i) {
    trial.add(trial.latency(0), block(10, in_time_at_the_first, 90, 81));
    if (bounds > 1) trial.add(trial.latency(1), block(10, in_time_at_the_second, 90, 81));
    trial.end_of_scrape();
  }
  return trial.log_e();
}

TEST(Trial, SeveralBoundsOfLatencyCountAsTheMeanOfTheirEvidence) {
  const double first = evidence_of_bounds(1, 6, 0);
  const double second = evidence_of_bounds(1, 8, 0);
  EXPECT_NEAR(evidence_of_bounds(2, 6, 8), std::log((std::exp(first) + std::exp(second)) / 2), 1e-9);
}

TEST(Trial, ABreakerThatSeesNothingHoldsAPromotion) {
  EvidencePolicy with = policy({"search"});
  with.latencies.push_back({"slow", 2.5, 1});
  Trial trial(with);
  for (int i = 0; i < 200; ++i) scrape(trial, "search", kHealthy);
  const Verdict v = trial.verdict(kOld);
  EXPECT_EQ(v.kind, Kind::Hold);
  EXPECT_EQ(v.reason, "BreakerWithoutData");
  EXPECT_NE(v.detail.find("latency.le must be a bucket"), std::string::npos) << v.detail;
}

TEST(Trial, ZeroToleranceWaitsForNoEndOfTheScrape) {
  EvidencePolicy with = policy({"search"});
  with.guardrails.push_back({"leak", "pii", 0, std::nullopt});
  Trial trial(with);
  EXPECT_NE(trial.decision({}), Kind::RollBackGuardrail);
  trial.report_violations(trial.violation_class("pii").value(), 1);
  EXPECT_EQ(trial.decision({}), Kind::RollBackGuardrail);
  EXPECT_EQ(trial.verdict({}).breaker, "leak");
}

/// The events it takes to trip a bound of one in a thousand, when they come every `every` interactions.
int events_until_tripped(double every, double alpha = 0.01) {
  EvidencePolicy with = policy({"search"});
  with.alpha_guardrail = alpha;
  with.guardrails.push_back({"loops", "loop", 0, 0.001});
  Trial trial(with);
  for (int events = 1; events <= 200; ++events) {
    trial.add(Trial::kErrorsSubject, block(every, every, 10 * every, 10 * every));
    trial.add_violations(0, 1);
    trial.report_violations(0, 1);
    trial.end_of_scrape();
    if (trial.decision({}) == Kind::RollBackGuardrail) return events;
  }
  return 200;
}

TEST(Trial, ARateFarAboveItsBoundTripsAfterFewEvents) {
  EXPECT_LE(events_until_tripped(100), 5);  // ten times the bound
  EXPECT_EQ(events_until_tripped(1000), 200) << "at the bound";
  EXPECT_GT(events_until_tripped(100, 1e-9), events_until_tripped(100)) << "its own alpha decides";
}

constexpr int kManyRules = 8;

EvidencePolicy many_guardrails(double max_rate) {
  EvidencePolicy with = policy({"search"});
  for (int i = 0; i < kManyRules; ++i) {
    const std::string name = "class" + std::to_string(i);
    with.guardrails.push_back({name, name, 0, max_rate});
  }
  return with;
}

// Each rule by itself at 1/alpha would roll back about 5 % of these.
TEST(Trial, ManyGuardrailsShareOneLevel) {
  constexpr double kBound = 0.01;
  constexpr int kRuns = 600;
  int tripped = 0;
  for (int run = 1; run <= kRuns; ++run) {
    Random random(static_cast<std::uint64_t>(run));
    Trial trial(many_guardrails(kBound));
    for (int second = 0; second < 100 && trial.decision({}) != Kind::RollBackGuardrail; ++second) {
      trial.add(Trial::kErrorsSubject, block(20, 20, 200, 200));
      for (std::size_t i = 0; i < kManyRules; ++i) {
        for (int interaction = 0; interaction < 20; ++interaction) {
          if (random.chance(kBound)) trial.add_violations(i, 1);
        }
      }
      trial.end_of_scrape();
    }
    tripped += trial.decision({}) == Kind::RollBackGuardrail ? 1 : 0;
  }
  EXPECT_LE(tripped, 0.01 * kRuns + 2 * std::sqrt(0.01 * kRuns));
}

TEST(Trial, ZeroToleranceTakesNothingOfTheGuardrailsLevel) {
  const auto events_until_tripped = [](EvidencePolicy with) {
    Trial trial(with);
    const std::size_t loops = trial.violation_class(with.guardrails.front().violation_class).value();
    for (int events = 1; events <= 200; ++events) {
      trial.add(Trial::kErrorsSubject, block(100, 100, 1000, 1000));
      trial.add_violations(loops, 1);
      trial.end_of_scrape();
      if (trial.decision({}) == Kind::RollBackGuardrail) return events;
    }
    return 200;
  };
  EvidencePolicy one = many_guardrails(0.001);
  one.guardrails.resize(1);
  EvidencePolicy counted = one;
  for (int i = 0; i < 50; ++i) counted.guardrails.push_back({"leak", "pii" + std::to_string(i), 0, std::nullopt});
  EXPECT_EQ(events_until_tripped(counted), events_until_tripped(one));
  EXPECT_GT(events_until_tripped(many_guardrails(0.001)), events_until_tripped(one));
}

TEST(Trial, ARateIsToldWithItsBound) {
  EvidencePolicy with = policy({"search"});
  with.guardrails.push_back({"loops", "loop", 0, 0.001});
  Trial trial(with);
  trial.add(Trial::kErrorsSubject, block(50, 50, 500, 500));
  trial.add_violations(0, 10);
  trial.end_of_scrape();
  const Verdict v = trial.verdict({});
  EXPECT_EQ(v.kind, Kind::RollBackGuardrail);
  EXPECT_NE(v.message.find("10 violations of loop in 50 canary interactions, more than 0.001 per interaction"),
            std::string::npos)
      << v.message;
  EXPECT_NE(v.message.find("against that rate, 100 suffices"), std::string::npos) << v.message;
}

EvidencePolicy with_group() {
  EvidencePolicy result = policy({"search"});
  result.groups.push_back({"rare", {"wires", "cheques"}, 0.1, 0});
  return result;
}

TEST(Trial, RareCapabilitiesAreProvenTogether) {
  Trial trial(with_group());
  for (int i = 0; i < 200; ++i) {
    trial.add(trial.subject(i % 2 == 0 ? "wires" : "cheques").value(), block(1, i % 10 == 0 ? 0 : 1, 10, 9));
    scrape(trial, "search", kHealthy);
  }
  const Verdict v = trial.verdict(kOld);
  EXPECT_EQ(v.kind, Kind::Promote) << v.message;
  EXPECT_EQ(row(v, "rare").n_canary, 200);
  EXPECT_EQ(row(v, "wires").n_canary, 100);
  EXPECT_EQ(row(v, "wires").group, "rare");
  EXPECT_EQ(row(v, "wires").state, CapabilityState::Held) << "judged in its group";
}

TEST(Trial, ADropInAGroupBlamesTheGroup) {
  Trial trial(with_group());
  for (int i = 0; i < 200; ++i) {
    trial.add(trial.subject(i % 2 == 0 ? "wires" : "cheques").value(), block(1, i % 3 == 0 ? 1 : 0, 10, 9));
    scrape(trial, "search", kHealthy);
  }
  const Verdict v = trial.verdict(kOld);
  EXPECT_EQ(v.kind, Kind::RollBackRegression) << v.message;
  EXPECT_EQ(v.blamed, std::vector<std::string>{"rare"});
  EXPECT_EQ(row(v, "wires").state, CapabilityState::Lost);
}

TEST(Trial, AGroupWithoutScoresHolds) {
  Trial trial(with_group());
  for (int i = 0; i < 100; ++i) scrape(trial, "search", kHealthy);
  const Verdict v = trial.verdict(kOld);
  EXPECT_EQ(v.reason, "CapabilityMissing");
  EXPECT_NE(v.detail.find("spec.evidence.groups"), std::string::npos);
}

std::vector<std::string> ten() { return {"a", "b", "c", "d", "e", "f", "g", "h", "i", "j"}; }

/// log e of "nothing is wrong" after a drop of "a" alone.
double after_a_drop_of_a(const std::vector<std::string>& touched) {
  EvidencePolicy with = policy(ten());
  with.touched = touched;
  Trial trial(with);
  for (int i = 0; i < 12; ++i) {
    for (const std::string& name : ten()) trial.add(trial.subject(name).value(), name == "a" ? kDropped : kHealthy);
    trial.end_of_scrape();
  }
  return trial.log_e();
}

TEST(Trial, WhatTheSelfEditTouchesGetsHalfOfTheWeight) {
  // A tenth of the skills' weight, or half of it, or a ninth of the other half.
  EXPECT_NEAR(after_a_drop_of_a({"a"}) - after_a_drop_of_a({}), std::log(5), 0.01);
  EXPECT_NEAR(after_a_drop_of_a({"b"}) - after_a_drop_of_a({}), std::log(10.0 / 18), 0.01);
  EXPECT_EQ(after_a_drop_of_a(ten()), after_a_drop_of_a({}));
  EXPECT_EQ(after_a_drop_of_a({"never scored"}), after_a_drop_of_a({}));
}

TEST(Trial, ANewcomerChangesNothingByItsComing) {
  for (const Block& gained : {kDropped, kHealthy, block(10, 10, 100, 70)}) {
    Trial trial(policy({"a"}));
    for (int i = 0; i < 4; ++i) scrape(trial, "a", gained);
    const double before = trial.log_e();
    ASSERT_TRUE(trial.subject("b"));
    trial.end_of_scrape();
    EXPECT_NEAR(trial.log_e(), before, 1e-12);
    scrape(trial, "b", block(10, 6, 100, 90));
    EXPECT_NE(trial.log_e(), before);
  }
}

// The capital is a mean over what could have happened next: coming and going of questions must not raise it. Every
// outcome of one more score on either arm is tried, with a rate common to both.
TEST(Trial, TheCapitalIsAFairGameWhenAQuestionComes) {
  const auto with_newcomer = [](double canary, double stable) {
    Trial trial(policy({"a"}));
    for (int i = 0; i < 3; ++i) scrape(trial, "a", block(10, 10, 100, 70));  // the others have lost
    scrape(trial, "b", block(1, canary, 1, stable));
    return trial.log_e();
  };
  Trial before(policy({"a"}));
  for (int i = 0; i < 3; ++i) scrape(before, "a", block(10, 10, 100, 70));
  for (const double p : {0.1, 0.5, 0.9}) {
    double mean = 0;
    for (const double canary : {0.0, 1.0}) {
      for (const double stable : {0.0, 1.0}) {
        const double chance = (canary > 0 ? p : 1 - p) * (stable > 0 ? p : 1 - p);
        mean += chance * std::exp(with_newcomer(canary, stable));
      }
    }
    EXPECT_LE(mean, std::exp(before.log_e()) * (1 + 1e-12)) << p;
  }
}

TEST(Trial, YellowNamesWhatItSuspects) {
  Trial trial(policy({}));
  for (int i = 0; i < 100 && trial.decision(kOld) != Kind::Yellow; ++i) {
    for (const std::string& name : ten()) {
      trial.add(trial.subject(name).value(), name == "d" ? block(10, 7, 100, 90) : kHealthy);
    }
    trial.end_of_scrape();
  }
  const Verdict v = trial.verdict(kOld);
  EXPECT_EQ(v.suspects, std::vector<std::string>{"d"});
  EXPECT_TRUE(v.blamed.empty());
  EXPECT_NE(v.detail.find("a drop of d is suspected"), std::string::npos) << v.detail;
}

TEST(Trial, AHalfBlockWaitsAndIsForgottenWhenTheWeightChanges) {
  Trial trial(policy({"search"}));
  scrape(trial, "search", block(5, 5, 0, 0));
  scrape(trial, "search", block(0, 0, 10, 9));
  EXPECT_EQ(row(trial.verdict(kOld), "search").n_canary, 5);
  scrape(trial, "search", block(5, 5, 0, 0));
  trial.weight_changed();
  scrape(trial, "search", block(0, 0, 10, 9));
  EXPECT_EQ(row(trial.verdict(kOld), "search").n_canary, 5);
}

TEST(Trial, ACapabilityCalledLikeABreakerStandsOnceOnTheScoreboard) {
  Trial trial(policy({"errors"}));
  trial.add(Trial::kErrorsSubject, kHealthy);
  scrape(trial, "errors", kHealthy);
  const Verdict v = trial.verdict(kOld);
  EXPECT_EQ(std::ranges::count(v.scoreboard, "errors", &ScoreboardRow::capability), 1);
}

TEST(Trial, NeverJudgesMoreThanAThousandNames) {
  Trial trial(policy({}));
  int judged = 0;
  for (int i = 0; i < 1500; ++i) judged += trial.subject("name-" + std::to_string(i)) ? 1 : 0;
  EXPECT_GT(judged, 900);
  EXPECT_LT(judged, 1001);
}

TEST(Trial, AStatusKeepsTheRowsThatTellMost) {
  std::vector<ScoreboardRow> rows;
  for (int i = 0; i < 100; ++i) {
    ScoreboardRow one;
    one.capability = std::to_string(i);
    one.log_e = -i;
    rows.push_back(one);
  }
  rows[80].required = true;
  rows[90].state = CapabilityState::Lost;
  const std::vector<ScoreboardRow> kept = most_telling(rows, 3);
  ASSERT_EQ(kept.size(), 3U);
  EXPECT_EQ(kept[0].capability, "0");
  EXPECT_EQ(kept[1].capability, "80");
  EXPECT_EQ(kept[2].capability, "90");
}

TEST(Trial, GradedScoresFindASmallShiftThatTheirSumsAloneHide) {
  // Spread .1 around .8 on stable and .76 on the canary: their squares say so.
  const auto graded = [](double n, double mean, double spread) {
    return ArmCounts{n, n * mean, n * (mean * mean + spread * spread)};
  };
  const auto delay = [&](bool squares) {
    EvidencePolicy with = policy({"search"});
    with.beta = 1e-9;
    Trial trial(with, {{"search", {200, 0.8, 0.01}}});
    Block gained{graded(10, 0.74, 0.1), graded(100, 0.8, 0.1)};
    if (!squares) gained = {binary_counts(10, 7.4), binary_counts(100, 80)};
    return scrapes_until(trial, "search", gained, Kind::RollBackRegression);
  };
  EXPECT_LT(3 * delay(true), delay(false));
}

}  // namespace
}  // namespace pawl::domain
