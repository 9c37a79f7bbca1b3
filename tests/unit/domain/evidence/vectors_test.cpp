// Every family of the reference vectors that is implemented, to 1e-9 (absolute or relative, whichever is larger).
#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "domain/evidence/change_watch.h"
#include "domain/evidence/counters.h"
#include "domain/evidence/event_rate.h"
#include "domain/evidence/fisher.h"
#include "domain/evidence/guardrail.h"
#include "domain/evidence/information_bound.h"
#include "domain/evidence/intervals.h"
#include "domain/evidence/matched_bets.h"
#include "domain/evidence/multiplicity.h"
#include "domain/evidence/non_inferiority.h"
#include "domain/evidence/overdispersion.h"
#include "domain/evidence/share_mismatch.h"

namespace pawl::domain {
namespace {

using nlohmann::json;

std::vector<json> family(const std::string& formula) {
  static const std::vector<json> all = [] {
    std::vector<json> read;
    for (const char* name : {"vectors.json", "more_vectors.json"}) {
      std::ifstream file(std::string(PAWL_SOURCE_DIR) + "/tests/data/" + name);
      json document = json::parse(file);
      for (json& vector : document.at("vectors")) read.push_back(std::move(vector));
    }
    return read;
  }();
  std::vector<json> found;
  for (const json& vector : all) {
    if (vector.at("formula") == formula) found.push_back(vector);
  }
  EXPECT_FALSE(found.empty()) << formula;
  return found;
}

void expect_close(double actual, double expected, const std::string& what) {
  EXPECT_NEAR(actual, expected, 1e-9 * std::max(1.0, std::fabs(expected))) << what;
}

Block binary_block(const json& row) { return {binary_counts(row[0], row[1]), binary_counts(row[2], row[3])}; }

TEST(Vectors, BetsOfMatchedBets) {
  for (const json& v : family("mb2_bets")) {
    const json& in = v["input"];
    const Bet bet = drop_bet(in["mu_s_hat"], in["delta"], in["eta"], in["n_c"], in["n_s"], in["cap"]);
    expect_close(bet.canary_stake, v["expect"]["lc"], v["id"]);
    expect_close(bet.stable_stake, v["expect"]["ls"], v["id"]);
    expect_close(bet.stable_mean, v["expect"]["m"], v["id"]);
    expect_close(bet.canary_mean, v["expect"]["mc"], v["id"]);
  }
}

TEST(Vectors, PayoffOfABinaryBlock) {
  for (const json& v : family("mb2_block_binary")) {
    const json& in = v["input"];
    const Bet bet = drop_bet(in["mu_s_hat"], in["delta"], in["eta"], in["n_c"], in["n_s"], in["cap"]);
    const Block block{binary_counts(in["n_c"], in["k_c"]), binary_counts(in["n_s"], in["k_s"])};
    expect_close(drop_payoff(bet, block), v["expect"]["log_e"], v["id"]);
  }
}

TEST(Vectors, MomentBoundsOfGradedScores) {
  for (const json& v : family("moment_dec + moment_inc")) {
    const json& in = v["input"];
    const double sum = in["S"];
    const ArmCounts arm{in["n"], sum, in["Q"].is_null() ? sum : in["Q"].get<double>()};
    expect_close(least_payoff_of_low_scores(arm, in["lam_dec"], in["m"]), v["expect"]["dec"], v["id"]);
    expect_close(least_payoff_of_high_scores(arm, in["lam_inc"], in["m"]), v["expect"]["inc"], v["id"]);
  }
}

TEST(Vectors, StreamsOfTheRegressionTest) {
  for (const json& v : family("mb2_stream")) {
    const json& in = v["input"];
    MatchedBetsConfig config;
    config.tolerance = in["delta"];
    config.log_odds_drops = in["etas"].get<std::array<double, kEffects>>();
    config.start_mass = in["w0"];
    config.planned = in["wtot"];
    config.memory = in["mem"];
    config.phi = in["phi"];
    config.cap = in["cap"];
    config.history = {in["hist_n"], in["hist_p"], 0.09};
    MatchedBets bets(config);
    const json& blocks = in["blocks_nc_kc_ns_ks"];
    for (std::size_t t = 0; t < blocks.size(); ++t) {
      bets.add(binary_block(blocks[t]));
      expect_close(bets.log_e(), v["expect"]["logE"][t], v["id"].get<std::string>() + " block " + std::to_string(t));
    }
  }
}

TEST(Vectors, StreamsOfThePromoteTest) {
  for (const json& v : family("ni2_stream")) {
    const json& in = v["input"];
    NonInferiorityConfig config;
    config.margin = in["margin"];
    config.regained = in["f"].get<std::array<double, 3>>();
    config.memory = in["mem"];
    config.phi = in["phi"];
    config.cap = in["cap"];
    config.history = {in["hist_n"], in["hist_p"], 0.09};
    NonInferiority test(config);
    const json& blocks = in["blocks_nc_kc_ns_ks"];
    for (std::size_t t = 0; t < blocks.size(); ++t) {
      test.add(binary_block(blocks[t]));
      expect_close(test.log_e(), v["expect"]["logE"][t], v["id"].get<std::string>() + " block " + std::to_string(t));
    }
  }
}

TEST(Vectors, StreamOfGradedScores) {
  for (const json& v : family("mb2_bounded_stream")) {
    const json& in = v["input"];
    MatchedBetsConfig config;
    config.deviations = in["d"].get<std::array<double, kEffects>>();
    config.start_mass = 1;
    config.cap = in["cap"];
    config.history = {200, in["hist_mean"], in["hist_var"]};
    config.graded = true;
    MatchedBets bets(config);
    const json& rows = in["blocks_nc_Sc_Qc_ns_Ss_Qs"];
    for (std::size_t t = 0; t < rows.size(); ++t) {
      const json& row = rows[t];
      bets.add({{row[0], row[1], row[2]}, {row[3], row[4], row[5]}});
      expect_close(bets.log_e(), v["expect"]["logE"][t], v["id"].get<std::string>() + " block " + std::to_string(t));
    }
  }
}

TEST(Vectors, ManyHypotheses) {
  for (const json& v : family("global, e_holm, e_bh")) {
    const json& in = v["input"];
    const auto log_e = in["logE"].get<std::vector<double>>();
    const auto weights =
        in["weights"].is_null() ? std::vector<double>(log_e.size(), 1.0) : in["weights"].get<std::vector<double>>();
    expect_close(global_log_e(log_e, weights), v["expect"]["log_global"], v["id"]);
    const std::vector<double> adjusted = e_holm_adjusted(log_e);
    for (std::size_t k = 0; k < adjusted.size(); ++k) expect_close(adjusted[k], v["expect"]["log_adjusted"][k], v["id"]);
    EXPECT_EQ(e_bh(log_e, in["alpha"]), v["expect"]["e_bh_indices"].get<std::vector<std::size_t>>()) << v["id"];
  }
}

TEST(Vectors, Guardrails) {
  for (const json& v : family("guard")) {
    const json& in = v["input"];
    expect_close(guardrail_log_e(in["k"], in["n"], in["r0"]), v["expect"]["logE"], v["id"]);
  }
}

TEST(Vectors, RatesOfEvents) {
  for (const json& v : family("event_rate")) {
    EventRate test(v["input"]["g0"]);
    for (const json& row : v["input"]["blocks_xc_kc_xs_ks"]) test.add({row[0], row[1], row[2], row[3]});
    expect_close(test.log_e(), v["expect"]["logE"], v["id"]);
  }
}

TEST(Vectors, TrafficSplit) {
  for (const json& v : family("srm")) {
    const json& in = v["input"];
    const auto counts = in["counts"].get<std::vector<double>>();
    const auto shares = in["rho"].get<std::vector<double>>();
    expect_close(share_mismatch_log_e(counts, shares, in["conc"]), v["expect"]["logE"], v["id"]);
  }
}

TEST(Vectors, IntervalOfTheDifference) {
  for (const json& v : family("cs_stratified")) {
    StratifiedDifference difference;
    for (const json& row : v["input"]["blocks_nc_kc_ns_ks"]) difference.add(row[0], row[1], row[2], row[3]);
    expect_close(difference.estimate(), v["expect"]["estimate"], v["id"]);
    expect_close(difference.half_width(v["input"]["W0"], v["input"]["alpha"]), v["expect"]["half_width"], v["id"]);
  }
}

TEST(Vectors, IntervalOfOneArm) {
  for (const json& v : family("cs_beta")) {
    const Interval interval = cs_beta(v["input"]["k"], v["input"]["n"], v["input"]["alpha"]);
    expect_close(interval.lower, v["expect"]["lower"], v["id"]);
    expect_close(interval.upper, v["expect"]["upper"], v["id"]);
  }
}

TEST(Vectors, NormalMixtureBound) {
  for (const json& v : family("normal_mixture_bound")) {
    expect_close(normal_mixture_bound(v["input"]["v"], v["input"]["v_opt"], v["input"]["alpha"]), v["expect"]["bound"],
                 v["id"]);
  }
}

TEST(Vectors, WatchesWithoutAnEnd) {
  for (const json& v : family("sr_cusum")) {
    ChangeWatch shiryaev_roberts;
    ChangeWatch cusum(WatchRule::Cusum);
    const auto log_e = v["input"]["log_e"].get<std::vector<double>>();
    for (std::size_t t = 0; t < log_e.size(); ++t) {
      shiryaev_roberts.add(log_e[t]);
      cusum.add(log_e[t]);
      expect_close(shiryaev_roberts.log_statistic(), v["expect"]["log_SR"][t], v["id"]);
      expect_close(cusum.log_statistic(), v["expect"]["log_CUSUM"][t], v["id"]);
    }
  }
}

TEST(Vectors, LeastScoresThatProveADrop) {
  for (const json& v : family("lower_bound")) {
    const json& in = v["input"];
    const double growth = growth_of_regression({in["pc"], in["ps"], in["w"]}, in["delta"]);
    expect_close(growth, v["expect"]["growth"], v["id"]);
    expect_close(least_scores(growth, in["K"], in["alpha"]), v["expect"]["n"], v["id"]);
  }
}

TEST(Vectors, IncrementsOfCounters) {
  for (const json& v : family("counter_delta")) {
    PodCounters pod;
    const json& scrapes = v["input"]["pod_scrapes_n_S"];
    for (std::size_t t = 0; t < scrapes.size(); ++t) {
      ArmCounts gained;
      if (!scrapes[t].is_null()) gained = pod.advance({{"g", {binary_counts(scrapes[t][0], scrapes[t][1])}}})["g"];
      EXPECT_EQ(gained.n, v["expect"]["delta_n_S"][t][0].get<double>()) << v["id"] << " scrape " << t;
      EXPECT_EQ(gained.sum, v["expect"]["delta_n_S"][t][1].get<double>()) << v["id"] << " scrape " << t;
    }
  }
}

TEST(Vectors, FisherConditionalBlock) {
  for (const json& v : family("fisher_block")) {
    const json& in = v["input"];
    expect_close(fisher_block_log_e(in["n_c"], in["k_c"], in["n_s"], in["k_s"], in["psi"]), v["expect"]["log_e"], v["id"]);
  }
}

TEST(Vectors, OverdispersionOfWindows) {
  for (const json& v : family("phi")) {
    std::vector<PassWindow> windows;
    for (const json& row : v["input"]["windows_n_k"]) windows.push_back({row[0], row[1]});
    const Overdispersion found = overdispersion(windows);
    expect_close(found.p, v["expect"]["p"], v["id"]);
    expect_close(found.phi, v["expect"]["phi"], v["id"]);
  }
}

}  // namespace
}  // namespace pawl::domain
