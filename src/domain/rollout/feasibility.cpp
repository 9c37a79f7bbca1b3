#include "domain/rollout/feasibility.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "domain/evidence/forecast.h"
#include "domain/evidence/trial.h"

namespace pawl::domain {
namespace {

constexpr int kFirstIntervals = 10;
constexpr double kUsualRate = 0.9;  // while stable has too few scores to tell
constexpr double kEnoughScores = 20;
constexpr double kLowest = 0.5;
constexpr double kHighest = 0.995;

/// Time at a share: candidate scores are rate * exposure.
double exposure(int basis_points, Duration time) {
  return basis_points / 10'000.0 * static_cast<double>(std::max(time, Duration::zero()).count());
}

double exposure_so_far(const TrialProgress& progress, Instant now) {
  double total = 0;
  for (std::size_t i = 0; i < progress.changes.size(); ++i) {
    const Instant end = i + 1 < progress.changes.size() ? progress.changes[i + 1].at : now;
    total += exposure(progress.changes[i].canary_basis_points, std::min(end, now) - progress.changes[i].at);
  }
  return total;
}

struct Stretch {
  int share;
  Duration time;
};

/// What is left of the plan: this step's rest, the steps above it, and the last one for as long as it takes.
std::vector<Stretch> road_ahead(const RolloutSpec& spec, const ShareChange& current, Instant now) {
  std::vector<Stretch> out;
  for (const Step& step : spec.steps) {
    if (step.weight < current.canary_basis_points) continue;
    const Duration passed = step.weight == current.canary_basis_points ? now - current.at : Duration::zero();
    out.push_back({step.weight, std::max(step.soak - passed, Duration::zero())});
  }
  if (out.empty()) out.push_back({current.canary_basis_points, {}});
  out.back().time = Duration::max();
  return out;
}

double exposure_until(const std::vector<Stretch>& road, Duration left) {
  double total = 0;
  for (const Stretch& stretch : road) {
    const Duration time = std::min(stretch.time, std::max(left, Duration::zero()));
    total += exposure(stretch.share, time);
    left -= time;
  }
  return total;
}

/// How long until `wanted` more exposure is there.
Duration time_for(const std::vector<Stretch>& road, double wanted) {
  constexpr double kLongest = 100.0 * 365 * 24 * 3'600'000;
  double time = 0;
  for (const Stretch& stretch : road) {
    const double share = stretch.share / 10'000.0;
    const double there = stretch.time == Duration::max() ? std::numeric_limits<double>::infinity()
                                                         : static_cast<double>(stretch.time.count()) * share;
    if (wanted <= there) return Duration{std::llround(std::min(kLongest, time + wanted / share))};
    wanted -= there;
    time += static_cast<double>(stretch.time.count());
  }
  return Duration{std::llround(kLongest)};
}

bool is_latency(const RolloutSpec& spec, const std::string& name) {
  return std::ranges::any_of(spec.breakers, [&](const BreakerSpec& b) { return b.latency && b.name == name; });
}

/// What is listed, and groups; with neither, all that was seen. Members of a group are proven in it.
std::vector<std::string> needed_skills(const RolloutSpec& spec, const std::vector<ScoreRow>& scoreboard) {
  std::vector<std::string> names;
  for (const CapabilitySpec& c : spec.evidence.capabilities) names.push_back(c.name);
  for (const GroupSpec& g : spec.evidence.groups) names.push_back(g.name);
  if (!names.empty()) return names;
  for (const ScoreRow& row : scoreboard) {
    const bool skill = row.capability != kErrors && row.capability != kCoverage && row.capability != kAggregate &&
                       !is_latency(spec, row.capability);
    if (skill) names.push_back(row.capability);
  }
  return names;
}

double margin_now(const RolloutSpec& spec, const std::vector<NarrowedMargin>& narrowed, const std::string& capability) {
  const auto found = std::ranges::find(narrowed, capability, &NarrowedMargin::capability);
  return found == narrowed.end() ? agreed_margin(spec, capability) : found->margin;
}

}  // namespace

std::vector<Shortage> foreseen_shortages(const RolloutSpec& spec, const TrialProgress& progress,
                                         const std::vector<Shortage>& named, Instant now) {
  std::vector<Shortage> out;
  const Duration age = now - progress.began;
  if (progress.changes.empty() || progress.changes.back().canary_basis_points <= 0 ||
      age < kFirstIntervals * spec.evidence.interval) {
    return out;
  }
  const double seen_for = exposure_so_far(progress, now);
  const std::vector<Stretch> road = road_ahead(spec, progress.changes.back(), now);
  const double still = exposure_until(road, spec.analysis.max_duration - age);
  if (!(seen_for > 0)) return out;
  for (const std::string& name : needed_skills(spec, progress.scoreboard)) {
    const auto found = std::ranges::find(progress.scoreboard, name, &ScoreRow::capability);
    const ScoreRow row =
        found == progress.scoreboard.end() ? ScoreRow{name, 0, 0, 0, 0, CapabilityState::Insufficient} : *found;
    const double margin = margin_now(spec, progress.narrowed, name);
    if (row.state != CapabilityState::Insufficient || margin <= 0) continue;
    const double rate =
        static_cast<double>(row.stable_n) < kEnoughScores ? kUsualRate : std::clamp(row.stable_mean, kLowest, kHighest);
    const double share = std::min(road.back().share / 10'000.0, 0.99);
    const ForecastCase of{.pass_rate = rate, .share = share, .deflation = spec.analysis.deflation, .tolerance = 0};
    const double needed =
        std::max(static_cast<double>(spec.analysis.min_samples), scores_to_promote(of, margin, spec.analysis.beta));
    const double n = static_cast<double>(row.canary_n);
    const double at_most = n + (n + 2 * std::sqrt(n) + 3) / seen_for * still;
    const double expected = n + n / seen_for * still;
    const bool was_named = std::ranges::find(named, name, &Shortage::capability) != named.end();
    if ((was_named ? expected : at_most) >= needed) continue;
    Shortage shortage{name, needed, expected, std::nullopt};
    if (n > 0) shortage.takes = age + time_for(road, (needed - n) * seen_for / n);
    out.push_back(std::move(shortage));
  }
  return out;
}

std::string names_of(const std::vector<Shortage>& shortages) {
  std::string names;
  for (const Shortage& s : shortages) names += (names.empty() ? "" : ", ") + s.capability;
  return names + " cannot be proven in time";
}

std::string describe(const std::vector<Shortage>& shortages, const RolloutSpec& spec) {
  std::string out = names_of(shortages) + ": ";
  for (std::size_t i = 0; i < shortages.size(); ++i) {
    const Shortage& s = shortages[i];
    out +=
        fmt::format("{}{} needs about {:.0f} scores of the candidate and gets about {:.0f} in {}", i == 0 ? "" : "; ",
                    s.capability, s.needed, s.expected, format_duration(spec.analysis.max_duration));
    if (s.takes) {
      out += ", it would take " +
             format_duration(std::chrono::duration_cast<Duration>(std::chrono::ceil<std::chrono::minutes>(*s.takes)));
    }
  }
  return out +
         ". Raise spec.analysis.maxDuration, the last step's weight or the margin, or send such traffic; pawl plan shows what each would do";
}

}  // namespace pawl::domain
