// What must hold for any data: no null pays on average, and nothing depends on names, arrival or how time was cut.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <string>
#include <vector>

#include "domain/evidence/evidence.h"
#include "domain/evidence/matched_bets.h"
#include "domain/evidence/non_inferiority.h"
#include "statistics/pawl_rule.h"
#include "statistics/streams.h"
#include "unit/domain/evidence/fake_metrics.h"

namespace pawl::statistics {
namespace {

using domain::binary_counts;
using domain::Block;
using domain::Trial;
using domain::Verdict;

// ---- B1: a game that is fair under every null

double binomial(int n, int k, double p) {
  return std::exp(std::lgamma(n + 1) - std::lgamma(k + 1) - std::lgamma(n - k + 1)) * std::pow(p, k) *
         std::pow(1 - p, n - k);
}

struct Sizes {
  int canary;
  int stable;
};

struct Rates {
  double canary;
  double stable;
};

/// Visits every outcome of the blocks with its probability; the rates may differ from block to block.
template <class Visit>
void each_outcome(const std::vector<Sizes>& sizes, const std::vector<Rates>& rates, const Visit& visit) {
  std::vector<Block> blocks(sizes.size());
  const auto choose = [&](const auto& self, std::size_t i, double probability) -> void {
    if (i == sizes.size()) return visit(blocks, probability);
    const auto [nc, ns] = sizes[i];
    for (int kc = 0; kc <= nc; ++kc) {
      for (int ks = 0; ks <= ns; ++ks) {
        const double here = binomial(nc, kc, rates[i].canary) * binomial(ns, ks, rates[i].stable);
        blocks[i] = {binary_counts(nc, kc), binary_counts(ns, ks)};
        if (here > 0) self(self, i + 1, probability * here);
      }
    }
  };
  choose(choose, 0, 1.0);
}

/// Mean e-value of a fresh process over all outcomes of the blocks.
template <class Process, class Config>
double mean_e(const Config& config, const std::vector<Sizes>& sizes, const std::vector<Rates>& rates) {
  double mean = 0;
  each_outcome(sizes, rates, [&](const std::vector<Block>& blocks, double probability) {
    Process process(config);
    for (const Block& block : blocks) process.add(block);
    mean += probability * std::exp(process.log_e());
  });
  return mean;
}

const std::vector<Sizes> kTwoBlocks{{1, 4}, {2, 3}};
const std::vector<domain::History> kGuesses{{2, 0.5, 0.25}, {200, 0.9, 0.09}, {200, 0.1, 0.09}, {200, 0.999, 0.001}};

TEST(Properties, B1_no_healthy_canary_pays_the_regression_test_on_average) {
  for (const domain::History& guess : kGuesses) {
    for (const double tolerance : {0.0, 0.02}) {
      domain::MatchedBetsConfig config;
      config.history = guess;
      config.tolerance = tolerance;
      config.planned = 5;  // so that later starts happen within two blocks
      for (double first = tolerance; first <= 1; first += 0.05) {
        for (double second = tolerance; second <= 1; second += 0.1) {  // rates drift, in both arms alike
          ASSERT_LE(mean_e<domain::MatchedBets>(config, kTwoBlocks,
                                                {{first - tolerance, first}, {second - tolerance, second}}),
                    1 + 1e-12)
              << first << ' ' << second << " tolerance " << tolerance << " guess " << guess.mean;
        }
        const double better = first + 0.5 * (1 - first);
        ASSERT_LE(mean_e<domain::MatchedBets>(config, kTwoBlocks, {{better, first}, {better, first}}), 1 + 1e-12)
            << first;
      }
    }
  }
}

TEST(Properties, B1_no_canary_below_the_margin_pays_the_promote_test_on_average) {
  for (const domain::History& guess : kGuesses) {
    for (const double margin : {0.01, 0.05, 0.2}) {
      domain::NonInferiorityConfig config;
      config.history = guess;
      config.margin = margin;
      for (double first = margin; first <= 1; first += 0.05) {
        for (double second = margin; second <= 1; second += 0.1) {
          ASSERT_LE(
              mean_e<domain::NonInferiority>(config, kTwoBlocks, {{first - margin, first}, {second - margin, second}}),
              1 + 1e-12)
              << first << ' ' << second << " margin " << margin << " guess " << guess.mean;
        }
        const double worse = 0.5 * (first - margin);
        ASSERT_LE(mean_e<domain::NonInferiority>(config, kTwoBlocks, {{worse, first}, {worse, first}}), 1 + 1e-12)
            << first;
      }
    }
  }
}

TEST(Properties, B1_many_questions_and_a_latecomer_stay_a_fair_game) {
  // Blocks 0 and 1 are of two capabilities in the first scrape, 2 and 3 in the second; 3 is of a capability not seen
  // before.
  const std::vector<Sizes> sizes{{1, 2}, {1, 1}, {1, 2}, {1, 1}};
  for (double p = 0.05; p < 1; p += 0.1) {
    for (double q = 0.05; q < 1; q += 0.1) {
      double mean = 0;
      each_outcome(sizes, {{p, p}, {q, q}, {q, q}, {p, p}}, [&](const std::vector<Block>& blocks, double probability) {
        Trial trial{domain::EvidencePolicy{}};
        trial.add(trial.subject("a").value(), blocks[0]);
        trial.add(trial.subject("b").value(), blocks[1]);
        trial.end_of_scrape();
        trial.add(trial.subject("a").value(), blocks[2]);
        trial.add(trial.subject("late").value(), blocks[3]);
        trial.end_of_scrape();
        mean += probability * std::exp(trial.log_e());
      });
      ASSERT_LE(mean, 1 + 1e-12) << p << ' ' << q;
    }
  }
}

TEST(Properties, B1_moments_never_promise_more_than_a_hundred_thousand_samples_pay) {
  Random random(1);
  for (int trial = 0; trial < 100'000; ++trial) {
    const double mean = 0.02 + 0.96 * random.unit();
    const double low = 0.95 * random.unit() / (1 - mean);
    const double high = 0.95 * random.unit() / mean;
    const double a = 0.1 + 8 * random.unit();
    const double b = 0.1 + 8 * random.unit();
    domain::ArmCounts arm;
    double paid_low = 0;
    double paid_high = 0;
    for (std::uint64_t i = 0, n = 1 + random.below(10); i < n; ++i) {
      const std::uint64_t shape = random.below(5);
      const double x = shape == 0 ? 1 : shape == 1 ? 0 : beta(random, a, b);
      arm += {1, x, x * x};
      paid_low += std::log1p(low * (mean - x));
      paid_high += std::log1p(high * (x - mean));
    }
    ASSERT_LE(domain::least_payoff_of_low_scores(arm, low, mean), paid_low + 1e-9);
    ASSERT_LE(domain::least_payoff_of_high_scores(arm, high, mean), paid_high + 1e-9);
  }
}

// ---- what must not matter

/// A stream, kept.
std::vector<std::vector<Block>> drawn(const Scenario& scenario, std::uint64_t seed, int scrapes) {
  BinaryStream stream(scenario, seed);
  std::vector<std::vector<Block>> all;
  for (int t = 0; t < scrapes; ++t) {
    const auto blocks = stream.next();
    all.emplace_back(blocks.begin(), blocks.end());
  }
  return all;
}

Scenario six(Scenario scenario) {
  scenario.capabilities = 6;
  scenario.rates.assign(6, kRate);
  return scenario;
}

domain::EvidencePolicy policy_of(const std::vector<std::string>& names) {
  domain::EvidencePolicy policy;
  for (const std::string& name : names) policy.capabilities.push_back({name, 0.05, 0, true});
  return policy;
}

/// Feeds the kept stream, capability k under names[k], in the order given.
Trial judged(const std::vector<std::vector<Block>>& scrapes, const std::vector<std::string>& names,
             const domain::EvidencePolicy& policy, const std::vector<std::size_t>& order = {0, 1, 2, 3, 4, 5}) {
  Trial trial(policy);
  std::vector<Trial::Subject> subjects;
  for (const std::string& name : names) subjects.push_back(trial.subject(name).value());
  for (const std::vector<Block>& blocks : scrapes) {
    for (const std::size_t k : order) trial.add(subjects[k], blocks[k]);
    trial.end_of_scrape();
  }
  return trial;
}

constexpr Duration kAge = std::chrono::hours{2};
const std::vector<std::string> kNames{"a", "b", "c", "d", "e", "f"};

std::map<std::string, domain::ScoreboardRow> rows(const Verdict& verdict) {
  std::map<std::string, domain::ScoreboardRow> result;
  for (const domain::ScoreboardRow& row : verdict.scoreboard) result[row.capability] = row;
  return result;
}

TEST(Properties, the_order_within_a_scrape_does_not_matter) {
  for (const Scenario& scenario : {six(null_at(0.10)), six(a2(0.10))}) {
    const auto scrapes = drawn(scenario, 5, 250);
    const Verdict one = judged(scrapes, kNames, policy_of(kNames)).verdict(kAge);
    EXPECT_EQ(one, judged(scrapes, kNames, policy_of(kNames), {5, 3, 1, 0, 2, 4}).verdict(kAge));
  }
}

TEST(Properties, names_do_not_matter) {
  const std::vector<std::string> other{"zeta", "b", "alpha", "eta", "a", "kappa"};
  for (const Scenario& scenario : {six(null_at(0.10)), six(a2(0.10))}) {
    const auto scrapes = drawn(scenario, 6, 250);
    const Verdict one = judged(scrapes, kNames, policy_of(kNames)).verdict(kAge);
    std::vector<std::string> shuffled = other;
    std::ranges::reverse(shuffled);
    const Verdict two = judged(scrapes, other, policy_of(shuffled)).verdict(kAge);
    EXPECT_EQ(one.kind, two.kind);
    EXPECT_NEAR(one.log_e_global, two.log_e_global, 1e-9);
    ASSERT_EQ(one.blamed.size(), two.blamed.size());
    for (std::size_t k = 0; k < kNames.size(); ++k) {
      EXPECT_EQ(rows(one)[kNames[k]].log_e, rows(two)[other[k]].log_e);
      EXPECT_EQ(rows(one)[kNames[k]].log_e_noninferior, rows(two)[other[k]].log_e_noninferior);
      EXPECT_EQ(std::ranges::count(one.blamed, kNames[k]), std::ranges::count(two.blamed, other[k]));
    }
  }
}

TEST(Properties, a_capability_without_data_never_helps_to_roll_back) {
  std::vector<std::string> more = kNames;
  more.push_back("empty");
  domain::EvidencePolicy with = policy_of(kNames);
  with.capabilities.push_back({"empty", 0.05, 0, false});
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    const auto scrapes = drawn(six(seed % 2 == 0 ? a2(0.10) : null_at(0.10)), seed, 150);
    const double without = judged(scrapes, kNames, policy_of(kNames)).log_e();
    const Trial trial = judged(scrapes, kNames, with);
    EXPECT_LE(trial.log_e(), std::max(0.0, without) + 1e-9);
    EXPECT_GE(trial.log_e(), without - std::log(7.0 / 6) - 1e-9) << "an empty seat costs at most its share";
    const Verdict verdict = trial.verdict(kAge);
    EXPECT_EQ(std::ranges::count(verdict.blamed, "empty"), 0);
  }
}

TEST(Properties, swapping_the_arms_turns_a_loss_into_a_gain) {
  auto scrapes = drawn(six(a2(0.50)), 3, 200);
  const Verdict lost = judged(scrapes, kNames, policy_of(kNames)).verdict(kAge);
  for (std::vector<Block>& blocks : scrapes) {
    for (Block& block : blocks) std::swap(block.canary, block.stable);
  }
  const Verdict gained = judged(scrapes, kNames, policy_of(kNames)).verdict(kAge);
  EXPECT_EQ(lost.kind, Verdict::Kind::RollBackRegression);
  EXPECT_EQ(std::ranges::count(lost.blamed, "a"), 1);
  EXPECT_EQ(std::ranges::count(gained.blamed, "a"), 0);
  EXPECT_LT(rows(gained)["a"].log_e, 0);
  for (const std::string& name : kNames) {
    EXPECT_DOUBLE_EQ(rows(lost)[name].loss_interval.lower, -rows(gained)[name].loss_interval.upper);
    EXPECT_EQ(rows(lost)[name].canary_interval, rows(gained)[name].stable_interval);
  }
}

TEST(Properties, one_bet_pays_the_same_on_a_block_and_on_its_parts) {
  Random random(8);
  for (int i = 0; i < 10'000; ++i) {
    const auto part = [&] {
      const int nc = static_cast<int>(1 + random.below(5));
      const int ns = static_cast<int>(1 + random.below(40));
      return Block{binary_counts(nc, heads(random, nc, 0.7)), binary_counts(ns, heads(random, ns, 0.8))};
    };
    const Block one = part();
    const Block two = part();
    Block whole = one;
    whole += two;
    const domain::Bet bet = domain::drop_bet(random.unit(), 0.01, 0.5, whole.canary.n, whole.stable.n, 0.95);
    const double apart = domain::drop_payoff(bet, one) + domain::drop_payoff(bet, two);
    EXPECT_NEAR(domain::drop_payoff(bet, whole), apart, 1e-9 * (1 + std::fabs(apart)));
  }
}

TEST(Properties, graded_parts_tell_at_least_as_much_as_their_whole) {
  Random random(9);
  for (int i = 0; i < 10'000; ++i) {
    domain::ArmCounts parts[2];
    for (domain::ArmCounts& part : parts) {
      for (int n = 0; n < 3; ++n) {
        const double x = beta(random, 3, 1);
        part += {1, x, x * x};
      }
    }
    domain::ArmCounts whole = parts[0];
    whole += parts[1];
    const double low =
        domain::least_payoff_of_low_scores(parts[0], 0.8, 0.7) + domain::least_payoff_of_low_scores(parts[1], 0.8, 0.7);
    const double high = domain::least_payoff_of_high_scores(parts[0], 0.8, 0.7) +
                        domain::least_payoff_of_high_scores(parts[1], 0.8, 0.7);
    EXPECT_LE(domain::least_payoff_of_low_scores(whole, 0.8, 0.7), low + 1e-9);
    EXPECT_LE(domain::least_payoff_of_high_scores(whole, 0.8, 0.7), high + 1e-9);
  }
}

TEST(Properties, cutting_time_more_coarsely_tells_nearly_the_same) {
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    const auto fine = drawn(six(seed % 2 == 0 ? a2(0.10) : null_at(0.10)), seed, 240);
    std::vector<std::vector<Block>> coarse;
    for (std::size_t t = 0; t < fine.size(); t += 4) {
      coarse.push_back(fine[t]);
      for (std::size_t u = t + 1; u < t + 4; ++u) {
        for (std::size_t k = 0; k < 6; ++k) coarse.back()[k] += fine[u][k];
      }
    }
    const Verdict often = judged(fine, kNames, policy_of(kNames)).verdict(kAge);
    const Verdict rarely = judged(coarse, kNames, policy_of(kNames)).verdict(kAge);
    for (const std::string& name : kNames) {
      const double log_e = rows(often)[name].log_e;
      EXPECT_NEAR(rows(rarely)[name].log_e, log_e, 0.5 + 0.1 * std::fabs(log_e)) << name << ", seed " << seed;
    }
  }
}

TEST(Properties, a_thousand_million_scores_in_a_block_are_numbers_like_others) {
  constexpr double kMany = 1e9;
  for (const double drop : {0.0, 0.02}) {
    Trial trial(policy_of({"a", "b"}));
    const Trial::Subject a = trial.subject("a").value();
    const Trial::Subject b = trial.subject("b").value();
    for (int t = 0; t < 10; ++t) {
      trial.add(a, {binary_counts(kMany, std::floor(kMany * (0.9 - drop))), binary_counts(kMany, kMany * 0.9)});
      trial.add(b, {binary_counts(kMany, kMany * 0.9), binary_counts(9 * kMany, 9 * kMany * 0.9)});
      trial.end_of_scrape();
    }
    const Verdict verdict = trial.verdict(kAge);
    EXPECT_TRUE(std::isfinite(verdict.log_e_global));
    for (const domain::ScoreboardRow& row : verdict.scoreboard) {
      EXPECT_TRUE(std::isfinite(row.log_e) && std::isfinite(row.log_e_noninferior)) << row.capability;
      EXPECT_LE(row.loss_interval.upper - row.loss_interval.lower, 1e-3) << row.capability;
    }
    if (drop > 0) {
      EXPECT_EQ(verdict.kind, Verdict::Kind::RollBackRegression);
      EXPECT_EQ(verdict.blamed, std::vector<std::string>{"a"});
    } else {
      EXPECT_EQ(verdict.kind, Verdict::Kind::Promote);
    }
  }
}

// ---- through raw samples

using domain::EvidenceFold;
using domain::fake::kBegan;
using domain::fake::kInterval;

struct Polls {
  std::vector<std::vector<domain::Series>> scrapes;
  std::vector<domain::ShareChange> shares{{kBegan, 1000}, {kBegan + kInterval * 80, 2500}};
};

Polls scraped(std::uint64_t seed, int scrapes) {
  domain::fake::Metrics metrics(seed);
  domain::fake::Rates canary, stable;
  for (const std::string& name : kNames) {
    canary.pass[name] = name == "c" ? 0.75 : 0.9;
    stable.pass[name] = 0.9;
  }
  Polls polls;
  for (int i = 0; i <= scrapes; ++i) {
    metrics.interact(domain::fake::kStable, stable, metrics.arrivals(10));
    metrics.interact(domain::fake::kCanary, canary, metrics.arrivals(1));
    if (i == scrapes / 3) metrics.restart();
    polls.scrapes.push_back(metrics.scrape(kBegan + kInterval * i));
  }
  return polls;
}

EvidenceFold fold_of(domain::StableHistory history = {}) {
  return {policy_of(kNames), domain::fake::kCanary, domain::fake::kStable, kBegan, std::move(history)};
}

TEST(Properties, B16_a_restart_in_mid_run_gives_bit_equal_decisions) {
  constexpr int kScrapes = 160;
  for (std::uint64_t seed = 1; seed <= 4; ++seed) {
    const Polls polls = scraped(seed, kScrapes);
    const int restart = 40 + 25 * static_cast<int>(seed);
    // Every other run begins with what stable had scored before: both processes read the same day.
    domain::StableHistory history;
    if (seed % 2 == 0) history["c"] = domain::pseudo_scores(domain::binary_counts(1900, 1881));
    EvidenceFold lasting = fold_of(history);
    EvidenceFold restarted = fold_of(history);
    for (int i = 0; i <= kScrapes; ++i) {
      const auto at = static_cast<std::size_t>(i);
      lasting.add(polls.scrapes[at], polls.shares);
      if (i < restart) continue;
      // The operator that comes up asks for all raw samples since the rollout began, in one range.
      if (i == restart) {
        restarted.add(domain::fake::merged({polls.scrapes.begin(), polls.scrapes.begin() + i + 1}), polls.shares);
      } else {
        restarted.add(polls.scrapes[at], polls.shares);
      }
      const Instant now = kBegan + kInterval * i;
      ASSERT_EQ(lasting.verdict(now), restarted.verdict(now)) << "scrape " << i << ", seed " << seed;
    }
  }
}

TEST(Properties, when_and_in_which_order_samples_are_read_does_not_matter) {
  constexpr int kScrapes = 160;
  const Polls polls = scraped(9, kScrapes);
  EvidenceFold each = fold_of();
  for (const auto& scrape : polls.scrapes) each.add(scrape, polls.shares);
  EvidenceFold rarely = fold_of();
  Random random(2);
  for (std::size_t from = 0; from < polls.scrapes.size();) {
    const std::size_t to = std::min(polls.scrapes.size(), from + 1 + random.below(20));
    // Reads a little of what it read before, series in another order.
    const std::size_t again = from - std::min<std::size_t>(from, 3);
    auto poll = domain::fake::merged({polls.scrapes.begin() + static_cast<std::ptrdiff_t>(again),
                                      polls.scrapes.begin() + static_cast<std::ptrdiff_t>(to)});
    for (std::size_t i = poll.size(); i > 1; --i) std::swap(poll[i - 1], poll[random.below(i)]);
    rarely.add(poll, polls.shares);
    from = to;
  }
  const Instant now = kBegan + kInterval * kScrapes;
  EXPECT_EQ(each.verdict(now), rarely.verdict(now));
}

TEST(Properties, B14_one_violation_of_a_zero_tolerance_class_is_seen_at_the_next_scrape) {
  domain::fake::Metrics metrics(1);
  domain::EvidencePolicy policy = policy_of({"a"});
  policy.guardrails.push_back({"safety", "unsafe", 0});
  EvidenceFold fold(policy, domain::fake::kCanary, domain::fake::kStable, kBegan);
  domain::fake::Rates rates;
  rates.pass["a"] = 0.9;
  for (int i = 0; i <= 20; ++i) {
    metrics.interact(domain::fake::kStable, rates, 10);
    metrics.interact(domain::fake::kCanary, rates, 1);
    metrics.counter("pawl_violations_total", {{"class", "unsafe"}, {"revision", domain::fake::kCanary}}) +=
        i == 20 ? 1 : 0;
    const Instant now = kBegan + kInterval * i;
    fold.add(metrics.scrape(now), {});
    EXPECT_EQ(fold.verdict(now).kind == Verdict::Kind::RollBackGuardrail, i == 20) << "scrape " << i;
  }
}

}  // namespace
}  // namespace pawl::statistics
