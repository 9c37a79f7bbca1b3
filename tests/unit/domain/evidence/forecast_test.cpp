// Forecasts against the reference's simulations, and against the judge itself.
#include "domain/evidence/forecast.h"

#include <gtest/gtest.h>

#include <cmath>

#include "base/random.h"
#include "domain/evidence/trial.h"

namespace pawl::domain {
namespace {

TEST(Forecast, AgreesWithTheSimulationsOfTheReference) {
  struct Cell {
    double rate, margin, share, one, twenty;
  };
  for (const Cell& c : {Cell{.90, .05, .05, 321, 942}, Cell{.90, .05, .5, 509, 1645}, Cell{.95, .03, .05, 512, 1386},
                        Cell{.95, .03, .5, 831, 2370}}) {
    EXPECT_NEAR(scores_to_promote({c.rate, c.share}, c.margin, 0.05) / c.one, 1, 0.12) << c.rate << " " << c.share;
    EXPECT_NEAR(scores_to_promote({c.rate, c.share}, c.margin, 0.05, 20) / c.twenty, 1, 0.12)
        << c.rate << " " << c.share;
  }
}

TEST(Forecast, WhatCannotBeProvenTakesForEver) {
  EXPECT_TRUE(std::isinf(scores_to_promote({0.9, 0.5}, 0, 0.05)));
  EXPECT_TRUE(std::isinf(scores_to_catch({0.1, 0.5}, 0.2, 0.05, 1)));
}

TEST(Forecast, WhatIsToleratedIsNeverCaught) {
  const ForecastCase tolerant{.pass_rate = 0.9, .share = 0.1, .deflation = 1, .tolerance = 0.04};
  EXPECT_TRUE(std::isinf(scores_to_catch(tolerant, 0.02, 0.05, 1)));
  EXPECT_TRUE(std::isinf(scores_to_catch(tolerant, 0.04, 0.05, 1)));
  EXPECT_GT(scores_to_catch(tolerant, 0.1, 0.05, 1), 2 * scores_to_catch({0.9, 0.1}, 0.1, 0.05, 1));
}

TEST(Forecast, DeflationTakesSoManyTimesAsManyScores) {
  const ForecastCase clusters{.pass_rate = 0.9, .share = 0.1, .deflation = 5, .tolerance = 0};
  EXPECT_NEAR(scores_to_catch(clusters, 0.1, 0.05, 1) / scores_to_catch({0.9, 0.1}, 0.1, 0.05, 1), 5, 1e-9);
  EXPECT_NEAR(scores_to_promote(clusters, 0.05, 0.05) / scores_to_promote({0.9, 0.1}, 0.05, 0.05), 5, 1e-9);
  EXPECT_NEAR(scores_to_promote(clusters, 0.05, 0.05, 20) / scores_to_promote({0.9, 0.1}, 0.05, 0.05, 20), 5, 1e-6);
}

// ---- the judge itself --------------------------------------------------------------------------------------------

struct Traffic {
  int canary;  // scores a scrape and capability
  int stable;
  [[nodiscard]] double share() const { return static_cast<double>(canary) / (canary + stable); }
};

/// Mean canary scores of the capability at which the trial says `wanted`, over the runs in which it does.
double mean_scores(Verdict::Kind wanted, const Traffic& traffic, double drop, int capabilities, int runs,
                   double deflation = 1, double tolerance = 0) {
  double total = 0;
  int reached = 0;
  for (int run = 1; run <= runs; ++run) {
    Random random(static_cast<std::uint64_t>(run));
    EvidencePolicy policy;
    policy.max_samples = 100'000;
    policy.deflation = deflation;
    std::vector<Trial::Subject> subjects;
    for (int c = 0; c < capabilities; ++c)
      policy.capabilities.push_back({"c" + std::to_string(c), 0.05, tolerance, true});
    Trial trial(policy);
    for (const auto& c : policy.capabilities) subjects.push_back(*trial.subject(c.name));
    const auto scores = [&](double rate, int n) {
      double passes = 0;
      for (int i = 0; i < n; ++i) passes += random.chance(rate) ? 1 : 0;
      return binary_counts(n, passes);
    };
    for (int scrape = 1; scrape < 5'000; ++scrape) {
      for (const Trial::Subject s : subjects) {
        trial.add(s, {scores(s == subjects[0] ? 0.9 - drop : 0.9, traffic.canary), scores(0.9, traffic.stable)});
      }
      trial.end_of_scrape();
      const Verdict::Kind kind = trial.decision(policy.min_age);
      if (kind != wanted && kind != Verdict::Kind::RollBackRegression) continue;
      reached += kind == wanted ? 1 : 0;
      total += kind == wanted ? scrape * traffic.canary : 0;
      break;
    }
  }
  return total / reached;
}

TEST(Forecast, OfAPromotionIsWhatTheJudgeNeeds) {
  for (const auto& [traffic, capabilities] :
       {std::pair{Traffic{2, 18}, 1}, std::pair{Traffic{10, 10}, 1}, std::pair{Traffic{10, 10}, 5}}) {
    const double foreseen = scores_to_promote({0.9, traffic.share()}, 0.05, 0.05, capabilities);
    const double needed = mean_scores(Verdict::Kind::Promote, traffic, 0, capabilities, 200);
    EXPECT_NEAR(foreseen / needed, 1, 0.2)
        << needed << " needed, " << foreseen << " foreseen for " << capabilities << " at " << traffic.share();
  }
}

TEST(Forecast, OfADropIsWhatTheJudgeNeeds) {
  struct Cell {
    Traffic traffic;
    double drop;
    int capabilities;
  };
  for (const Cell& c : {Cell{{2, 18}, 0.1, 1}, Cell{{10, 10}, 0.1, 1}, Cell{{2, 18}, 0.2, 5}, Cell{{10, 10}, 0.05, 5},
                        Cell{{1, 19}, 0.2, 20}}) {
    const double foreseen = scores_to_catch({0.9, c.traffic.share()}, c.drop, 0.05, c.capabilities);
    const double needed = mean_scores(Verdict::Kind::RollBackRegression, c.traffic, c.drop, c.capabilities, 200);
    EXPECT_NEAR(foreseen / needed, 1, 0.2) << needed << " needed, " << foreseen << " foreseen for a drop of " << c.drop
                                           << " in one of " << c.capabilities << " at " << c.traffic.share();
  }
}

TEST(Forecast, OfADropUnderDeflationAndToleranceIsWhatTheJudgeNeeds) {
  const Traffic traffic{2, 18};
  for (const auto& [deflation, tolerance] : {std::pair{3.0, 0.0}, std::pair{1.0, 0.03}, std::pair{2.0, 0.02}}) {
    const double foreseen = scores_to_catch({0.9, traffic.share(), deflation, tolerance}, 0.1, 0.05, 1);
    const double needed = mean_scores(Verdict::Kind::RollBackRegression, traffic, 0.1, 1, 200, deflation, tolerance);
    EXPECT_NEAR(foreseen / needed, 1, 0.2) << needed << " needed, " << foreseen << " foreseen with deflation "
                                           << deflation << " and tolerance " << tolerance;
  }
  const double foreseen = scores_to_promote({0.9, traffic.share(), 3}, 0.05, 0.05);
  const double needed = mean_scores(Verdict::Kind::Promote, traffic, 0, 1, 200, 3);
  EXPECT_NEAR(foreseen / needed, 1, 0.2) << needed << " needed, " << foreseen << " foreseen of a promotion";
}

}  // namespace
}  // namespace pawl::domain
