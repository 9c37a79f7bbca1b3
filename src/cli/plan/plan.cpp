#include "cli/plan/plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "domain/evidence/forecast.h"
#include "domain/evidence/trial.h"
#include "json/decimal.h"

namespace pawl::cli {
namespace {

constexpr double kUsualPassRate = 0.9;
constexpr double kHighestRate = 0.999;
constexpr double kMinute = 60'000;
constexpr double kFewScores = 30;  ///< fewer give no rate
constexpr double kLongest = 100.0 * 365 * 24 * 60 * kMinute;
constexpr const char* kEvery = "every capability";

double share_of(int weight) { return std::clamp(weight / 10'000.0, 0.0001, 0.99); }

std::optional<Duration> time_of(double minutes) {
  const double ms = minutes * kMinute;
  if (!(ms < kLongest)) return std::nullopt;
  return Duration{std::llround(ms)};
}

PlanCost cost(double scores, double per_minute, double share) {
  return {scores, time_of(scores / (per_minute * share))};
}

/// Minutes from the first share until `scores` of the candidate are there, the last step going on for as long as it
/// takes.
double minutes_along(const std::vector<domain::Step>& steps, double per_minute, double scores) {
  double minutes = 0;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const double per = per_minute * share_of(steps[i].weight);
    const double soak = static_cast<double>(steps[i].soak.count()) / kMinute;
    if (i + 1 == steps.size() || scores <= per * soak) return minutes + scores / per;
    scores -= per * soak;
    minutes += soak;
  }
  return minutes;
}

/// What is judged by itself: capabilities, and groups of rare ones.
std::set<std::string> capabilities_of(const PlanInput& input) {
  std::set<std::string> names;
  for (const domain::CapabilitySpec& c : input.spec.evidence.capabilities) names.insert(c.name);
  for (const domain::GroupSpec& g : input.spec.evidence.groups) names.insert(g.name);
  if (!names.empty()) return names;  // what is not listed cannot block
  for (const auto& [name, rate] : input.rates.own) names.insert(name);
  if (names.empty()) names.insert(kEvery);
  return names;
}

double margin_of(const PlanInput& input, const std::string& capability) {
  const auto narrow = std::ranges::find(input.narrowed, capability, &domain::NarrowedMargin::capability);
  return narrow == input.narrowed.end() ? domain::agreed_margin(input.spec, capability) : narrow->margin;
}

struct Traffic {
  double per_minute = 0;
  double pass_rate = kUsualPassRate;
};

/// Of a group: its own numbers, else what its members have together. Nothing: no rate is known.
std::optional<Traffic> traffic_of(const PlanInput& input, const std::string& name) {
  const auto& groups = input.spec.evidence.groups;
  const auto group = std::ranges::find(groups, name, &domain::GroupSpec::name);
  if (group == groups.end() || input.rates.own.contains(name)) {
    const auto rate = input.rates.of(name);
    return rate ? std::optional(Traffic{*rate, input.pass_rates.of(name).value_or(kUsualPassRate)}) : std::nullopt;
  }
  Traffic all{0, 0};
  for (const std::string& member : group->capabilities) {
    const double rate = input.rates.of(member).value_or(0);
    all.per_minute += rate;
    all.pass_rate += rate * input.pass_rates.of(member).value_or(kUsualPassRate);
  }
  if (!(all.per_minute > 0)) return std::nullopt;
  all.pass_rate /= all.per_minute;
  if (const auto own = input.pass_rates.own.find(name); own != input.pass_rates.own.end()) all.pass_rate = own->second;
  return all;
}

domain::ForecastCase case_of(const PlanInput& input, const PlanGroup& group, double share) {
  return {.pass_rate = group.pass_rate,
          .share = share,
          .deflation = input.spec.analysis.deflation,
          .tolerance = group.tolerance};
}

double promote_scores(const PlanInput& input, const PlanGroup& group, double share, int capabilities) {
  const double proof = group.margin > 0 ? domain::scores_to_promote(case_of(input, group, share), group.margin,
                                                                    input.spec.analysis.beta, capabilities)
                                        : INFINITY;
  return std::max(proof, static_cast<double>(input.spec.analysis.min_samples));
}

PlanStep plan_step(const PlanInput& input, const PlanGroup& group, const domain::Step& step, int capabilities) {
  const double share = share_of(step.weight);
  PlanStep out;
  out.name = step.name;
  out.weight = step.weight;
  out.soak = step.soak;
  out.in_soak = group.per_minute * share * static_cast<double>(step.soak.count()) / kMinute;
  out.promote = cost(promote_scores(input, group, share, 1), group.per_minute, share);
  for (std::size_t i = 0; i < kDrops.size(); ++i) {
    const double scores =
        domain::scores_to_catch(case_of(input, group, share), kDrops[i], input.spec.analysis.alpha, capabilities);
    out.drops[i] = cost(scores, group.per_minute, share);
  }
  return out;
}

Result<std::vector<PlanGroup>> group_capabilities(const PlanInput& input) {
  std::vector<PlanGroup> groups;
  for (const std::string& name : capabilities_of(input)) {
    const auto traffic = traffic_of(input, name);
    if (!traffic) {
      const std::string own = name == kEvery ? "--rate NAME=N" : "--rate " + name + "=N";
      return fail(ErrorKind::Invalid,
                  "no rate of " + name + " is known; give --rate N (scores a minute) for all, or " + own + " for one");
    }
    const double rate = traffic->per_minute;
    const double pass = std::min(kHighestRate, traffic->pass_rate);
    const double margin = margin_of(input, name);
    const double tolerance = domain::agreed_tolerance(input.spec, name);
    const auto same = std::ranges::find_if(groups, [&](const PlanGroup& g) {
      return g.per_minute == rate && g.pass_rate == pass && g.margin == margin && g.tolerance == tolerance;
    });
    if (same != groups.end()) same->names.push_back(name);
    else groups.push_back({{name}, rate, pass, margin, tolerance, {}, std::nullopt});
  }
  return groups;
}

/// At the last step's share, where most scores come from. The latest of a whole group is later than one of it.
std::optional<Duration> promoted_after(const PlanInput& input, const PlanGroup& group) {
  const double scores =
      promote_scores(input, group, share_of(input.spec.steps.back().weight), static_cast<int>(group.names.size()));
  return time_of(minutes_along(input.spec.steps, group.per_minute, scores));
}

std::string listed(const std::vector<std::string>& items) { return fmt::format("{}", fmt::join(items, ", ")); }

std::string who(const PlanGroup& group) {
  return group.names.front() + (group.names.size() > 1 ? " and the like" : "");
}

void warn_of_blind_steps(const PlanGroup& group, std::vector<std::string>& warnings) {
  std::vector<std::string> names;
  std::vector<std::string> have;
  std::vector<std::string> needed;
  for (const PlanStep& step : group.steps) {
    const double largest = step.drops.back().scores;
    if (step.in_soak >= largest || !std::isfinite(largest)) continue;
    names.push_back(step.name);
    have.push_back(fmt::format("{:.0f}", std::floor(step.in_soak)));
    needed.push_back(fmt::format("{:.0f}", std::ceil(largest)));
  }
  if (names.empty()) return;
  const bool one = names.size() == 1;
  warnings.push_back(
      fmt::format("{} {} {} too short to see even a drop of 20 points in {}: {} scores in the soak, {} needed",
                  one ? "step" : "steps", listed(names), one ? "is" : "are", who(group), listed(have), listed(needed)));
}

void warn_of_the_deadline(const PlanInput& input, Plan& plan) {
  const Duration most = input.spec.analysis.max_duration;
  for (const PlanGroup& group : plan.groups) {
    if (group.margin <= 0) {
      plan.warnings.push_back(who(group) + ": the budget of losses is spent, so only a proven gain is promoted");
    } else if (!group.promoted_after || *group.promoted_after > most) {
      plan.warnings.push_back(fmt::format(
          "{} would be proven after {}, and maxDuration is {}: raise it, the last step's weight or the margin",
          who(group), group.promoted_after ? rough(*group.promoted_after) : std::string("years"),
          format_duration(most)));
    }
    const double most_scores = input.spec.analysis.max_samples;
    const double needed = promote_scores(input, group, share_of(input.spec.steps.back().weight), 1);
    if (group.margin > 0 && needed > most_scores) {
      plan.warnings.push_back(fmt::format("{} needs about {:.0f} scores, and maxSamples is {:.0f}: raise it",
                                          who(group), needed, most_scores));
    }
  }
}

}  // namespace

std::string rough(Duration span) {
  const auto minutes = std::chrono::round<std::chrono::minutes>(span).count();
  if (span < std::chrono::minutes{2}) return fmt::format("{}s", std::chrono::round<std::chrono::seconds>(span).count());
  if (minutes < 60) return fmt::format("{}m", minutes);
  if (minutes < 10 * 60) return fmt::format("{}h{:02}m", minutes / 60, minutes % 60);
  if (minutes < 72 * 60) return fmt::format("{}h", (minutes + 30) / 60);
  return fmt::format("{}d", (minutes + 12 * 60) / (24 * 60));
}

std::optional<double> PerCapability::of(const std::string& capability) const {
  const auto found = own.find(capability);
  return found == own.end() ? all : std::optional(found->second);
}

Result<PerCapability> read_per_capability(const std::string& flag, const std::vector<std::string>& texts, double most) {
  PerCapability out;
  for (const std::string& text : texts) {
    const auto equals = text.rfind('=');
    const auto value = json::parse_decimal(equals == std::string::npos ? text : text.substr(equals + 1));
    if (!value || *value <= 0 || *value > most || equals == 0) {
      return fail(ErrorKind::Invalid,
                  fmt::format("{} {} is not understood; write {} N or {} NAME=N, N above 0 and at most {}", flag, text,
                              flag, flag, most));
    }
    if (equals == std::string::npos) out.all = *value;
    else out.own[text.substr(0, equals)] = *value;
  }
  return out;
}

namespace {

bool is_skill(const domain::ScoreRow& row) {
  return row.capability != domain::kErrors && row.capability != domain::kCoverage &&
         row.capability != domain::kAggregate;
}

/// What one record adds to what newer ones told: a capability may have been silent in the newest trial.
void add_seen(const domain::Record& record, double minutes, SeenTraffic& seen) {
  for (const domain::ScoreRow& row : record.scoreboard) {
    const auto scores = static_cast<double>(row.stable_n + row.canary_n);
    if (!is_skill(row) || scores < kFewScores || seen.rates.own.contains(row.capability)) continue;
    seen.rates.own[row.capability] = scores / minutes;
    if (row.stable_n > 0 && row.stable_mean > 0) seen.pass_rates.own[row.capability] = row.stable_mean;
  }
}

}  // namespace

std::optional<SeenTraffic> seen_traffic(const std::vector<domain::Record>& records) {
  SeenTraffic seen;
  for (auto record = records.rbegin(); record != records.rend(); ++record) {
    if (!record->trial || record->at <= record->trial->began) continue;
    const double minutes = static_cast<double>((record->at - record->trial->began).count()) / kMinute;
    add_seen(*record, minutes, seen);
    if (seen.source.empty() && !seen.rates.own.empty()) {
      seen.source =
          fmt::format("seen in {} while {} was judged (record {})", rough(Duration{std::llround(minutes * kMinute)}),
                      record->revision.name, record->sequence);
    }
  }
  return seen.rates.own.empty() ? std::nullopt : std::optional(std::move(seen));
}

Result<Plan> make_plan(const PlanInput& input) {
  if (input.spec.steps.empty()) {
    return fail(ErrorKind::Invalid, "there are no steps to plan; give an AgentRollout or its whole spec");
  }
  auto groups = group_capabilities(input);
  if (!groups) return fail(groups.error());
  Plan plan;
  plan.groups = std::move(*groups);
  int capabilities = 0;
  for (const PlanGroup& group : plan.groups) capabilities += static_cast<int>(group.names.size());
  for (const domain::Step& step : input.spec.steps) plan.soaks += step.soak;
  std::optional<Duration> last = std::max(plan.soaks, input.spec.analysis.min_age);
  for (PlanGroup& group : plan.groups) {
    for (const domain::Step& step : input.spec.steps) {
      group.steps.push_back(plan_step(input, group, step, capabilities));
    }
    group.promoted_after = promoted_after(input, group);
    const bool later = last && (!group.promoted_after || *group.promoted_after > *last);
    if (later) last = group.promoted_after;
    if (later) plan.slowest = group.names.front();
    warn_of_blind_steps(group, plan.warnings);
  }
  plan.promoted_after = last;
  warn_of_the_deadline(input, plan);
  return plan;
}

}  // namespace pawl::cli
