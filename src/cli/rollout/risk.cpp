#include "cli/rollout/risk.h"

#include <algorithm>

#include <fmt/format.h>

#include "cli/text.h"
#include "codec/share.h"
#include "domain/rollout/conditions_of.h"
#include "domain/rollout/sound.h"

namespace pawl::cli {
namespace {

using domain::Phase;
using domain::RolloutStatus;

/// The last share the canary Service had before the one that is wanted: in force until the gateway accepts.
int share_before(const domain::WeightStatus& weights) {
  return weights.changes.size() < 2 ? 0 : weights.changes[weights.changes.size() - 2].canary_basis_points;
}

RiskAnswer serves_alone(const RolloutStatus& s) { return {Risk::No, "NO: " + s.stable->name + " serves all requests"}; }

RiskAnswer while_rolling_back(const RolloutStatus& s) {
  const std::string& name = s.candidate->revision.name;
  if (s.drained_at) return {Risk::Fading, "FADING: no new request reaches " + name + "; open ones may finish"};
  if (s.weights.accepted.value_or(-1) == 0) {
    return {Risk::Fading, "FADING: the gateway accepted 0% for " + name + "; not yet seen in its counters"};
  }
  const int before = share_before(s.weights);
  if (before == 0) return serves_alone(s);
  return {Risk::Yes,
          fmt::format("YES: up to {} of requests may still reach {}; 0% is written, the gateway has not confirmed it",
                      codec::format_share(before), name)};
}

RiskAnswer while_judging(const Picture& p) {
  const RolloutStatus& s = p.status;
  const std::string share = codec::format_share(std::max(s.weights.desired, s.weights.accepted.value_or(0)));
  const std::string& name = s.candidate->revision.name;
  const auto lost = std::find_if(s.scoreboard.begin(), s.scoreboard.end(),
                                 [](const domain::ScoreRow& r) { return r.state == domain::CapabilityState::Lost; });
  if (lost != s.scoreboard.end()) {
    return {Risk::Yes,
            fmt::format("YES: {} of requests go to {}, which is worse at {}", share, name, lost->capability)};
  }
  const domain::Condition* weights = domain::find_condition(s.conditions, "WeightsVerified");
  if (weights != nullptr && weights->reason == domain::kRouteContention) {
    return {Risk::Yes, "YES: nobody knows the share of " + name + "; " + weights->message};
  }
  return {Risk::Limited,
          fmt::format("LIMITED: up to {} of requests go to {}, under test; nothing is known to be wrong with it", share,
                      name)};
}

RiskAnswer while_stable(const RolloutStatus& s) {
  const bool taken_back =
      s.previous && std::any_of(s.quarantine.begin(), s.quarantine.end(),
                                [&](const domain::QuarantineEntry& q) { return q.digest == s.previous->digest; });
  if (taken_back) {
    return {Risk::Fading,
            "FADING: " + s.stable->name + " serves again; open requests of " + s.previous->name + " may finish"};
  }
  return serves_alone(s);
}

}  // namespace

RiskAnswer users_at_risk(const Picture& p) {
  const RolloutStatus& s = p.status;
  if (const auto lacks = domain::unsound(s)) return {Risk::Yes, "YES: nobody knows where requests go; " + *lacks};
  if (!s.stable || s.phase == Phase::Pending || s.phase == Phase::Starting) {
    return {Risk::NotServed, "NOT SERVED: no stable revision is in force yet"};
  }
  if (!s.candidate) return while_stable(s);
  switch (s.phase) {
    case Phase::Canary:
      return while_judging(p);
    case Phase::Promoting:
      return {Risk::No, "NO: " + s.candidate->revision.name + " has proven itself and is taking over"};
    case Phase::RollingBack:
      return while_rolling_back(s);
    case Phase::Pending:
    case Phase::Starting:
    case Phase::Stable:
    case Phase::Preparing:
      break;
  }
  return serves_alone(s);
}

std::string risk_word(Risk risk) {
  switch (risk) {
    case Risk::No:
      return "no";
    case Risk::Limited:
      return "limited";
    case Risk::Fading:
      return "fading";
    case Risk::Yes:
      return "yes";
    case Risk::NotServed:
      return "notServed";
  }
  return "?";
}

}  // namespace pawl::cli
