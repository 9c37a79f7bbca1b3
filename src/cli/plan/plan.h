// What a policy costs in scores and hours, before an edit is tried. Pure.
#pragma once

#include <array>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "domain/provenance/record.h"
#include "domain/rollout/loss_budget.h"
#include "domain/rollout/spec.h"

namespace pawl::cli {

/// The drops that a plan shows, in mean score.
inline constexpr std::array<double, 4> kDrops{0.02, 0.05, 0.10, 0.20};

/// One number for all capabilities, and own ones by name.
struct PerCapability {
  std::optional<double> all;
  std::map<std::string, double> own;
  [[nodiscard]] std::optional<double> of(const std::string& capability) const;
};

/// "600" or "refunds=30", one or several. Numbers above 0, at most `most`; the error names the flag.
Result<PerCapability> read_per_capability(const std::string& flag, const std::vector<std::string>& texts, double most);

struct PlanInput {
  std::string title;  ///< "agents/support-bot", or the file's name
  domain::RolloutSpec spec;
  std::vector<domain::NarrowedMargin> narrowed;  ///< by the loss ledger
  PerCapability rates;                           ///< scored interactions a minute, both arms together
  PerCapability pass_rates;                      ///< of stable; 0.9 where none is given
  std::string source;                            ///< where the rates come from
};

/// Traffic as the newest decision with numbers saw it, for each capability: rates and pass rates. Records oldest first.
struct SeenTraffic {
  PerCapability rates;
  PerCapability pass_rates;
  std::string source;
};
std::optional<SeenTraffic> seen_traffic(const std::vector<domain::Record>& records);

/// Scores of the candidate, and the time they take. Infinite scores: never.
struct PlanCost {
  double scores = 0;
  std::optional<Duration> takes;
};

struct PlanStep {
  std::string name;
  int weight = 0;  ///< basis points
  Duration soak{};
  double in_soak = 0;  ///< scores of the candidate during the soak
  PlanCost promote;    ///< if the whole trial were at this share
  std::array<PlanCost, kDrops.size()> drops;
};

/// Capabilities that do not differ in anything that matters here.
struct PlanGroup {
  std::vector<std::string> names;
  double per_minute = 0;
  double pass_rate = 0;
  double margin = 0;
  double tolerance = 0;
  std::vector<PlanStep> steps;
  std::optional<Duration> promoted_after;  ///< from the first share, along the steps; nothing: never
};

struct Plan {
  std::vector<PlanGroup> groups;
  std::optional<Duration> promoted_after;  ///< every capability proven, all steps soaked, minAge over
  std::string slowest;                     ///< the capability that is proven last
  Duration soaks{};                        ///< of all steps together
  std::vector<std::string> warnings;
};

/// A time to plan with: "35s", "12m", "1h59m", "34h", "44d".
std::string rough(Duration span);

/// Fails when the spec has no steps, or a capability has no rate.
Result<Plan> make_plan(const PlanInput& input);

}  // namespace pawl::cli
