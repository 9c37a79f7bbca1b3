// What a gate asks of a candidate.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "domain/gate/initial_policy.h"
#include "domain/gate/unclaimed_policy.h"

namespace pawl::domain {

struct GatePolicy {
  struct Capability {
    std::optional<double> margin{};     ///< largest loss of mean score, (0,1)
    std::optional<double> threshold{};  ///< for RequireThresholds: least mean score, (0,1)
    bool required = true;               ///< without proof for it nothing is promoted
  };

  int epochs = 3;            ///< K: how often each case is asked, >= 1
  double alpha = 0.05;       ///< of each test, and of the whole sequence of candidates, (0,1)
  double margin = 0.05;      ///< for capabilities that set none
  int min_cases = 20;        ///< fewer cases say nothing of a capability
  double flaky_share = 0.5;  ///< a capability is Flaky when more of its cases than this change between stable's epochs
  double max_quarantined = 0.2;  ///< share of the regression tier that may be set aside as flaky
  std::map<std::string, Capability> capabilities{};
  UnclaimedPolicy unclaimed = UnclaimedPolicy::ProveOverall;
  InitialPolicy initial = InitialPolicy::RequireThresholds;

  std::optional<double> max_cost_usd{};    ///< mean per answer
  std::optional<double> max_cost_ratio{};  ///< the same, as a multiple of stable's
  std::optional<double> max_p95_ms{};      ///< 95th percentile of latency
  std::optional<double> max_p95_ratio{};   ///< the same, as a multiple of stable's
};

}  // namespace pawl::domain
