#include "cli/replay/vector_formulas.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <optional>

#include <nlohmann/json.hpp>

#include "domain/evidence/carry.h"
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

namespace pawl::cli {
namespace {

using domain::Block;
using nlohmann::json;

constexpr std::array kEventMultiples{1.25, 1.5, 2.0, 3.0, 5.0, 10.0};
constexpr double kScoreVariance = 0.09;  // of a history of passes; bets on passes never look at it

Block binary_block(const Numbers& row) {
  return {domain::binary_counts(row[0], row[1]), domain::binary_counts(row[2], row[3])};
}

domain::Bet bet_of(VectorInput& in) {
  return domain::drop_bet(in.number("mu_s_hat"), in.number("delta"), in.number("eta"), in.number("n_c"),
                          in.number("n_s"), in.number("cap"));
}

json mb2_bets(VectorInput& in) {
  const domain::Bet bet = bet_of(in);
  return {{"lc", bet.canary_stake}, {"ls", bet.stable_stake}, {"m", bet.stable_mean}, {"mc", bet.canary_mean}};
}

json mb2_block_binary(VectorInput& in) {
  const Block block = binary_block({in.number("n_c"), in.number("k_c"), in.number("n_s"), in.number("k_s")});
  return {{"log_e", domain::drop_payoff(bet_of(in), block)}};
}

json moment_bounds(VectorInput& in) {
  const double sum = in.number("S");
  const domain::ArmCounts arm{in.number("n"), sum, in.number_or("Q", sum)};
  json out = json::object();
  if (in.given("lam_dec")) out["dec"] = domain::least_payoff_of_low_scores(arm, in.number("lam_dec"), in.number("m"));
  if (in.given("lam_inc")) out["inc"] = domain::least_payoff_of_high_scores(arm, in.number("lam_inc"), in.number("m"));
  return out;
}

/// log e after every block.
template <class Test>
json path_of(Test test, const std::vector<Block>& blocks) {
  json path = json::array();
  domain::Carry carry;
  for (const Block& block : blocks) {
    if (const auto whole = carry.join(block)) test.add(*whole);
    path.push_back(test.log_e());
  }
  return {{"logE", path}};
}

std::vector<Block> binary_blocks(VectorInput& in) {
  std::vector<Block> blocks;
  for (const Numbers& row : in.full_rows("blocks_nc_kc_ns_ks", 4)) blocks.push_back(binary_block(row));
  return blocks;
}

json mb2_stream(VectorInput& in) {
  domain::MatchedBetsConfig config;
  config.tolerance = in.number_or("delta", 0);
  in.exactly("etas", config.log_odds_drops);
  config.start_mass = in.number_or("w0", config.start_mass);
  config.planned = in.number_or("wtot", config.planned);
  config.memory = in.number_or("mem", config.memory);
  config.phi = in.number_or("phi", 1);
  config.cap = in.number_or("cap", config.cap);
  config.history = {in.number("hist_n"), in.number("hist_p"), kScoreVariance};
  return path_of(domain::MatchedBets(config), binary_blocks(in));
}

json ni2_stream(VectorInput& in) {
  domain::NonInferiorityConfig config;
  config.margin = in.number("margin");
  in.exactly("f", config.regained);
  config.memory = in.number_or("mem", config.memory);
  config.phi = in.number_or("phi", 1);
  config.cap = in.number_or("cap", config.cap);
  config.history = {in.number("hist_n"), in.number("hist_p"), kScoreVariance};
  return path_of(domain::NonInferiority(config), binary_blocks(in));
}

/// What this family does not mention it does not do: no forgetting, no later starts.
json mb2_bounded_stream(VectorInput& in) {
  domain::MatchedBetsConfig config;
  config.tolerance = in.number_or("delta", 0);
  in.exactly("d", config.deviations);
  config.start_mass = in.number_or("w0", 1);
  config.planned = in.number_or("wtot", config.planned);
  config.memory = in.number_or("mem", std::numeric_limits<double>::infinity());
  config.phi = in.number_or("phi", 1);
  config.cap = in.number_or("cap", config.cap);
  config.history = {in.number_or("hist_n", 200), in.number("hist_mean"), in.number("hist_var")};
  config.graded = true;
  std::vector<Block> blocks;
  for (const Numbers& row : in.full_rows("blocks_nc_Sc_Qc_ns_Ss_Qs", 6)) {
    blocks.push_back({{row[0], row[1], row[2]}, {row[3], row[4], row[5]}});
  }
  return path_of(domain::MatchedBets(config), blocks);
}

json many_hypotheses(VectorInput& in) {
  const Numbers log_e = in.numbers("logE");
  const double alpha = in.number_or("alpha", 0.05);
  const double global = domain::global_log_e(log_e, in.numbers_or("weights", Numbers(log_e.size(), 1.0)));
  return {{"log_global", global},
          {"rollback", global >= std::log(1 / alpha)},
          {"log_adjusted", domain::e_holm_adjusted(log_e)},
          {"e_bh_indices", domain::e_bh(log_e, alpha)}};
}

json guard(VectorInput& in) {
  const Numbers multiples =
      in.numbers_or("mult", {domain::kGuardrailMultiples.begin(), domain::kGuardrailMultiples.end()});
  const double log_e = domain::guardrail_log_e(in.number("k"), in.number("n"), in.number("r0"), multiples);
  return {{"logE", log_e}, {"rollback", log_e >= std::log(1 / in.number_or("alpha", 0.01))}};
}

json event_rate(VectorInput& in) {
  std::array<double, 6> multiples = kEventMultiples;
  in.exactly("mult", multiples);
  if (multiples != kEventMultiples) in.refuse("mult", "1.25, 1.5, 2, 3, 5, 10: this build bets on no others");
  domain::EventRate test(in.number("g0"));
  for (const Numbers& row : in.full_rows("blocks_xc_kc_xs_ks", 4)) test.add({row[0], row[1], row[2], row[3]});
  return {{"logE", test.log_e()}};
}

json fisher_block(VectorInput& in) {
  const double n_canary = in.count("n_c");
  const double n_stable = in.count("n_s");
  return {{"log_e", domain::fisher_block_log_e(n_canary, std::min(in.count("k_c"), n_canary), n_stable,
                                               std::min(in.count("k_s"), n_stable), in.number("psi"))}};
}

json srm(VectorInput& in) {
  return {{"logE", domain::share_mismatch_log_e(in.numbers("counts"), in.numbers("rho"), in.number_or("conc", 100))}};
}

json cs_stratified(VectorInput& in) {
  domain::StratifiedDifference difference;
  for (const Numbers& row : in.full_rows("blocks_nc_kc_ns_ks", 4)) difference.add(row[0], row[1], row[2], row[3]);
  return {{"estimate", difference.estimate()},
          {"half_width", difference.half_width(in.number("W0"), in.number("alpha"))}};
}

json cs_beta(VectorInput& in) {
  const domain::Interval interval = domain::cs_beta(in.number("k"), in.number("n"), in.number("alpha"));
  return {{"lower", interval.lower}, {"upper", interval.upper}};
}

json normal_mixture(VectorInput& in) {
  const double v_opt = in.number("v_opt");
  const double alpha = in.number("alpha");
  return {{"rho", domain::normal_mixture_rho(v_opt, alpha)},
          {"bound", domain::normal_mixture_bound(in.number("v"), v_opt, alpha)}};
}

json counter_delta(VectorInput& in) {
  domain::PodCounters pod;
  json gained = json::array();
  for (const std::optional<Numbers>& scrape : in.rows("pod_scrapes_n_S", 2)) {
    domain::ArmCounts counts;
    if (scrape) {
      counts = pod.advance(std::array{domain::Reading{.group = 0,
                                                      .total = domain::binary_counts((*scrape)[0], (*scrape)[1]),
                                                      .has_squares = true,
                                                      .nested = true}})
                   .front();
    }
    gained.push_back({counts.n, counts.sum});
  }
  return {{"delta_n_S", gained}};
}

json phi(VectorInput& in) {
  std::vector<domain::ArmCounts> windows;
  for (const Numbers& row : in.full_rows("windows_n_k", 2)) windows.push_back(domain::binary_counts(row[0], row[1]));
  const domain::Overdispersion found = domain::overdispersion(windows);
  return {{"p", found.mean}, {"phi", found.phi}};
}

json sr_cusum(VectorInput& in) {
  domain::ChangeWatch roberts(domain::WatchRule::ShiryaevRoberts);
  domain::ChangeWatch cusum(domain::WatchRule::Cusum);
  json log_sr = json::array();
  json log_cusum = json::array();
  for (const double log_e : in.numbers("log_e")) {
    roberts.add(log_e);
    cusum.add(log_e);
    log_sr.push_back(roberts.log_statistic());
    log_cusum.push_back(cusum.log_statistic());
  }
  return {{"log_SR", log_sr}, {"log_CUSUM", log_cusum}};
}

json lower_bound(VectorInput& in) {
  const double growth = domain::growth_of_regression(
      {.canary = in.number("pc"), .stable = in.number("ps"), .share = in.number("w")}, in.number_or("delta", 0));
  return {{"growth", growth}, {"n", domain::least_scores(growth, in.number("K"), in.number("alpha"))}};
}

constexpr std::array kFormulas{
    VectorFormula{"mb2_bets", mb2_bets},
    VectorFormula{"mb2_block_binary", mb2_block_binary},
    VectorFormula{"moment_dec + moment_inc", moment_bounds},
    VectorFormula{"moment_dec", moment_bounds},
    VectorFormula{"moment_inc", moment_bounds},
    VectorFormula{"mb2_stream", mb2_stream},
    VectorFormula{"ni2_stream", ni2_stream},
    VectorFormula{"mb2_bounded_stream", mb2_bounded_stream},
    VectorFormula{"global, e_holm, e_bh", many_hypotheses},
    VectorFormula{"global", many_hypotheses},
    VectorFormula{"e_holm", many_hypotheses},
    VectorFormula{"e_bh", many_hypotheses},
    VectorFormula{"guard", guard},
    VectorFormula{"event_rate", event_rate},
    VectorFormula{"fisher_block", fisher_block},
    VectorFormula{"srm", srm},
    VectorFormula{"cs_stratified", cs_stratified},
    VectorFormula{"cs_beta", cs_beta},
    VectorFormula{"normal_mixture_bound", normal_mixture},
    VectorFormula{"counter_delta", counter_delta},
    VectorFormula{"phi", phi},
    VectorFormula{"sr_cusum", sr_cusum},
    VectorFormula{"lower_bound", lower_bound},
};

}  // namespace

const VectorFormula* find_formula(std::string_view name) {
  const auto* const found = std::ranges::find(kFormulas, name, &VectorFormula::name);
  return found == kFormulas.end() ? nullptr : found;
}

}  // namespace pawl::cli
