#include "cli/replay_vectors.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <optional>

#include <nlohmann/json.hpp>

#include "cli/text.h"
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
#include "json/parse.h"

namespace pawl::cli {
namespace {

using domain::Block;
using nlohmann::json;
using Numbers = std::vector<double>;

constexpr std::size_t kLargestFile = std::size_t{256} << 20;
constexpr std::array kEventMultiples{1.25, 1.5, 2.0, 3.0, 5.0, 10.0};
constexpr double kScoreVariance = 0.09;  // of a history of passes; bets on passes never look at it

/// The input of one vector. What is absent or of a wrong type reads as 0 or nothing, and the first such fault is kept.
class Input {
 public:
  explicit Input(const json& object) : object_(object) {}

  double number(const char* key) {
    const json* value = find(key);
    if (value != nullptr && value->is_number()) return value->get<double>();
    wrong(key, "a number");
    return 0;
  }
  /// A whole number from 0 to a billion.
  double count(const char* key) {
    const double value = number(key);
    if (value >= 0 && value <= 1e9 && value == std::floor(value)) return value;
    wrong(key, "a whole number from 0 to 1e9");
    return 0;
  }
  double number_or(const char* key, double otherwise) { return given(key) ? number(key) : otherwise; }
  Numbers numbers(const char* key) { return read_numbers(key, find(key)); }
  Numbers numbers_or(const char* key, Numbers otherwise) { return given(key) ? numbers(key) : std::move(otherwise); }
  /// A list of lists of `width` numbers; nothing for a null among them.
  std::vector<std::optional<Numbers>> rows(const char* key, std::size_t width) {
    const json* value = find(key);
    std::vector<std::optional<Numbers>> out;
    if (value == nullptr || !value->is_array()) {
      wrong(key, "a list of lists");
      return out;
    }
    for (const json& item : *value) {
      if (item.is_null()) {
        out.emplace_back();
        continue;
      }
      out.emplace_back(read_numbers(key, &item));
      if (out.back()->size() != width) wrong(key, fmt::format("lists of {} numbers", width));
      out.back()->resize(width);
    }
    return out;
  }
  /// The same where nothing may be missing.
  std::vector<Numbers> full_rows(const char* key, std::size_t width) {
    std::vector<Numbers> out;
    for (std::optional<Numbers>& row : rows(key, width)) {
      if (!row) wrong(key, "lists without null");
      out.push_back(row ? std::move(*row) : Numbers(width, 0));
    }
    return out;
  }
  [[nodiscard]] bool given(const char* key) const {
    const json* value = find(key);
    return value != nullptr && !value->is_null();
  }
  template <std::size_t N>
  void exactly(const char* key, std::array<double, N>& into) {
    if (!given(key)) return;
    const Numbers values = numbers(key);
    if (values.size() != N) return wrong(key, fmt::format("{} numbers: this build bets on so many", N));
    std::copy(values.begin(), values.end(), into.begin());
  }
  void refuse(const char* key, const std::string& wanted) { wrong(key, wanted); }
  [[nodiscard]] const std::string& fault() const { return fault_; }

 private:
  [[nodiscard]] const json* find(const char* key) const {
    const auto it = object_.find(key);
    return it == object_.end() ? nullptr : &*it;
  }
  Numbers read_numbers(const char* key, const json* value) {
    Numbers out;
    if (value == nullptr || !value->is_array()) {
      wrong(key, "a list of numbers");
      return out;
    }
    for (const json& item : *value) {
      if (!item.is_number()) wrong(key, "a list of numbers");
      out.push_back(item.is_number() ? item.get<double>() : 0);
    }
    return out;
  }
  void wrong(const char* key, const std::string& wanted) {
    if (fault_.empty()) fault_ = fmt::format("input.{} must be {}", key, wanted);
  }

  const json& object_;
  std::string fault_;
};

Block binary_block(const Numbers& row) {
  return {domain::binary_counts(row[0], row[1]), domain::binary_counts(row[2], row[3])};
}

domain::Bet bet_of(Input& in) {
  return domain::drop_bet(in.number("mu_s_hat"), in.number("delta"), in.number("eta"), in.number("n_c"),
                          in.number("n_s"), in.number("cap"));
}

json mb2_bets(Input& in) {
  const domain::Bet bet = bet_of(in);
  return {{"lc", bet.canary_stake}, {"ls", bet.stable_stake}, {"m", bet.stable_mean}, {"mc", bet.canary_mean}};
}

json mb2_block_binary(Input& in) {
  const Block block = binary_block({in.number("n_c"), in.number("k_c"), in.number("n_s"), in.number("k_s")});
  return {{"log_e", domain::drop_payoff(bet_of(in), block)}};
}

json moment_bounds(Input& in) {
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
  for (const Block& block : blocks) {
    test.add(block);
    path.push_back(test.log_e());
  }
  return {{"logE", path}};
}

std::vector<Block> binary_blocks(Input& in) {
  std::vector<Block> blocks;
  for (const Numbers& row : in.full_rows("blocks_nc_kc_ns_ks", 4)) blocks.push_back(binary_block(row));
  return blocks;
}

json mb2_stream(Input& in) {
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

json ni2_stream(Input& in) {
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
json mb2_bounded_stream(Input& in) {
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

json many_hypotheses(Input& in) {
  const Numbers log_e = in.numbers("logE");
  const double alpha = in.number_or("alpha", 0.05);
  const double global = domain::global_log_e(log_e, in.numbers_or("weights", Numbers(log_e.size(), 1.0)));
  return {{"log_global", global},
          {"rollback", global >= std::log(1 / alpha)},
          {"log_adjusted", domain::e_holm_adjusted(log_e)},
          {"e_bh_indices", domain::e_bh(log_e, alpha)}};
}

json guard(Input& in) {
  const Numbers multiples =
      in.numbers_or("mult", {domain::kGuardrailMultiples.begin(), domain::kGuardrailMultiples.end()});
  const double log_e = domain::guardrail_log_e(in.number("k"), in.number("n"), in.number("r0"), multiples);
  return {{"logE", log_e}, {"rollback", log_e >= std::log(1 / in.number_or("alpha", 0.01))}};
}

json event_rate(Input& in) {
  std::array<double, 6> multiples = kEventMultiples;
  in.exactly("mult", multiples);
  if (multiples != kEventMultiples) in.refuse("mult", "1.25, 1.5, 2, 3, 5, 10: this build bets on no others");
  domain::EventRate test(in.number("g0"));
  for (const Numbers& row : in.full_rows("blocks_xc_kc_xs_ks", 4)) test.add({row[0], row[1], row[2], row[3]});
  return {{"logE", test.log_e()}};
}

json fisher_block(Input& in) {
  const double n_canary = in.count("n_c");
  const double n_stable = in.count("n_s");
  return {{"log_e", domain::fisher_block_log_e(n_canary, std::min(in.count("k_c"), n_canary), n_stable,
                                               std::min(in.count("k_s"), n_stable), in.number("psi"))}};
}

json srm(Input& in) {
  return {{"logE", domain::share_mismatch_log_e(in.numbers("counts"), in.numbers("rho"), in.number_or("conc", 100))}};
}

json cs_stratified(Input& in) {
  domain::StratifiedDifference difference;
  for (const Numbers& row : in.full_rows("blocks_nc_kc_ns_ks", 4)) difference.add(row[0], row[1], row[2], row[3]);
  return {{"estimate", difference.estimate()},
          {"half_width", difference.half_width(in.number("W0"), in.number("alpha"))}};
}

json cs_beta(Input& in) {
  const domain::Interval interval = domain::cs_beta(in.number("k"), in.number("n"), in.number("alpha"));
  return {{"lower", interval.lower}, {"upper", interval.upper}};
}

json normal_mixture(Input& in) {
  const double v_opt = in.number("v_opt");
  const double alpha = in.number("alpha");
  return {{"rho", domain::normal_mixture_rho(v_opt, alpha)},
          {"bound", domain::normal_mixture_bound(in.number("v"), v_opt, alpha)}};
}

json counter_delta(Input& in) {
  domain::PodCounters pod;
  json gained = json::array();
  for (const std::optional<Numbers>& scrape : in.rows("pod_scrapes_n_S", 2)) {
    const domain::ArmCounts counts =
        scrape ? pod.advance({{"scores", {domain::binary_counts((*scrape)[0], (*scrape)[1])}}})["scores"]
               : domain::ArmCounts{};
    gained.push_back({counts.n, counts.sum});
  }
  return {{"delta_n_S", gained}};
}

json phi(Input& in) {
  std::vector<domain::PassWindow> windows;
  for (const Numbers& row : in.full_rows("windows_n_k", 2)) windows.push_back({row[0], row[1]});
  const domain::Overdispersion found = domain::overdispersion(windows);
  return {{"p", found.p}, {"phi", found.phi}};
}

json sr_cusum(Input& in) {
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

json lower_bound(Input& in) {
  const double growth = domain::growth_of_regression(
      {.canary = in.number("pc"), .stable = in.number("ps"), .share = in.number("w")}, in.number_or("delta", 0));
  return {{"growth", growth}, {"n", domain::least_scores(growth, in.number("K"), in.number("alpha"))}};
}

struct Family {
  std::string_view formula;
  json (*compute)(Input&);
};
constexpr std::array kFamilies{
    Family{"mb2_bets", mb2_bets},
    Family{"mb2_block_binary", mb2_block_binary},
    Family{"moment_dec + moment_inc", moment_bounds},
    Family{"moment_dec", moment_bounds},
    Family{"moment_inc", moment_bounds},
    Family{"mb2_stream", mb2_stream},
    Family{"ni2_stream", ni2_stream},
    Family{"mb2_bounded_stream", mb2_bounded_stream},
    Family{"global, e_holm, e_bh", many_hypotheses},
    Family{"global", many_hypotheses},
    Family{"e_holm", many_hypotheses},
    Family{"e_bh", many_hypotheses},
    Family{"guard", guard},
    Family{"event_rate", event_rate},
    Family{"fisher_block", fisher_block},
    Family{"srm", srm},
    Family{"cs_stratified", cs_stratified},
    Family{"cs_beta", cs_beta},
    Family{"normal_mixture_bound", normal_mixture},
    Family{"counter_delta", counter_delta},
    Family{"phi", phi},
    Family{"sr_cusum", sr_cusum},
    Family{"lower_bound", lower_bound},
};

struct Tolerance {
  double absolute = 1e-9;
  double relative = 1e-9;
};

/// "abs 1e-9 or rel 1e-9, whichever is larger", or one number for both. Nothing: not understood.
std::optional<Tolerance> tolerance_of(const json& vector) {
  const auto it = vector.find("tol");
  if (it == vector.end()) return Tolerance{};
  if (it->is_number()) return Tolerance{it->get<double>(), it->get<double>()};
  if (!it->is_string()) return std::nullopt;
  const auto& text = it->get_ref<const std::string&>();
  const auto after = [&](const char* word) -> std::optional<double> {
    const std::size_t at = text.find(word);
    if (at == std::string::npos) return 0.0;
    char* end = nullptr;
    const char* const begin = text.c_str() + at + std::string_view(word).size();
    const double value = std::strtod(begin, &end);
    return end == begin || !(value >= 0) ? std::nullopt : std::optional(value);
  };
  const auto absolute = after("abs");
  const auto relative = after("rel");
  if (!absolute || !relative || (*absolute == 0 && *relative == 0)) return std::nullopt;
  return Tolerance{*absolute, *relative};
}

std::string short_text(const json& value) {
  const std::string text = value.dump(-1, ' ', false, json::error_handler_t::replace);
  return text.size() <= 60 ? text : text.substr(0, 57) + "...";
}

/// What differs first; nothing: all of it is as expected.
std::optional<std::string> difference(const json& expected, const json& actual, const Tolerance& tolerance,
                                      const std::string& path) {
  if (expected.is_number() && actual.is_number()) {
    const double want = expected.get<double>();
    const double got = actual.get<double>();
    const double allowed = std::max(tolerance.absolute, tolerance.relative * std::fabs(want));
    if (std::fabs(got - want) <= allowed || got == want) return std::nullopt;
    return fmt::format("{} is {:.17g}, expected {:.17g}", path, got, want);
  }
  if (expected.is_array() && actual.is_array()) {
    if (expected.size() != actual.size()) {
      return fmt::format("{} has {} values, expected {}", path, actual.size(), expected.size());
    }
    for (std::size_t i = 0; i < expected.size(); ++i) {
      if (auto found = difference(expected[i], actual[i], tolerance, fmt::format("{}[{}]", path, i))) return found;
    }
    return std::nullopt;
  }
  if (expected == actual) return std::nullopt;
  return fmt::format("{} is {}, expected {}", path, short_text(actual), short_text(expected));
}

/// Why a vector misses; nothing: it passes.
std::optional<std::string> miss_of(const json& vector, const std::string& formula) {
  const auto family = std::ranges::find(kFamilies, formula, &Family::formula);
  if (family == kFamilies.end()) return "this build does not know the formula";
  const auto tolerance = tolerance_of(vector);
  if (!tolerance) return "tol is not understood; write \"abs 1e-9 or rel 1e-9, whichever is larger\"";
  const auto input = vector.find("input");
  const auto expect = vector.find("expect");
  if (input == vector.end() || !input->is_object()) return "input must be an object";
  if (expect == vector.end() || !expect->is_object() || expect->empty()) {
    return "expect must be an object with at least one value";
  }
  Input in(*input);
  const json computed = family->compute(in);
  if (!in.fault().empty()) return in.fault();
  for (const auto& [name, expected] : expect->items()) {
    if (!computed.contains(name)) return fmt::format("expect.{} is no result of this formula", name);
    if (auto found = difference(expected, computed.at(name), *tolerance, name)) return found;
  }
  return std::nullopt;
}

std::string text_at(const json& object, const char* key) {
  const auto it = object.find(key);
  return it != object.end() && it->is_string() ? it->get<std::string>() : std::string{};
}

}  // namespace

Result<VectorsReport> check_vectors(std::string_view text) {
  const auto document = pawl::json::parse_bounded(text, {.bytes = kLargestFile, .depth = 64});
  if (!document) return fail(document.error());
  const auto vectors = document->is_object() ? document->find("vectors") : document->end();
  if (vectors == document->end() || !vectors->is_array()) {
    return fail(ErrorKind::Malformed, "the file has no list \"vectors\"; it must look like statistics/vectors.json");
  }
  VectorsReport report;
  for (std::size_t i = 0; i < vectors->size(); ++i) {
    const json& vector = (*vectors)[i];
    if (!vector.is_object()) return fail(ErrorKind::Malformed, fmt::format("vectors[{}] is no object", i));
    const std::string formula = text_at(vector, "formula");
    auto miss = miss_of(vector, formula);
    if (!miss) ++report.passed;
    else report.misses.push_back({text_at(vector, "id"), formula, std::move(*miss)});
  }
  return report;
}

std::string vectors_text(const VectorsReport& report) {
  std::string out;
  for (const VectorMiss& miss : report.misses) {
    out += printable(fmt::format("{} ({}): {}", miss.id, miss.formula, miss.what)) + "\n";
  }
  return out + fmt::format("{} passed, {} failed\n", report.passed, report.misses.size());
}

}  // namespace pawl::cli
