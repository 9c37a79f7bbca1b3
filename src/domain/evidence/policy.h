// What a rollout asks of its evidence.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"

namespace pawl::domain {

struct EvidencePolicy {
  struct Capability {
    std::string name;
    double margin = 0.05;    ///< largest loss in mean score a promotion may accept, (0,1)
    double tolerance = 0;    ///< drop that counts as no regression, [0, margin)
    bool required = false;   ///< promotion needs proof for it
  };
  struct GuardrailRule {
    std::string breaker;          ///< name of the breaker it trips
    std::string violation_class;  ///< label `class` of pawl_violations_total
    int max_events = 0;           ///< 0: the first violation trips it; else the most events per `max_samples` interactions
  };

  double alpha = 0.05;            ///< largest probability of rolling a healthy edit back
  double beta = 0.05;             ///< largest probability of promoting one that lost more than a margin
  double alpha_guardrail = 0.01;  ///< the same for bounded guardrails
  int min_samples = 50;           ///< canary scores per capability before a promotion
  int max_samples = 3000;         ///< canary scores per capability after which nothing more is expected
  Duration min_age = std::chrono::minutes{30};
  Duration max_duration = std::chrono::hours{24};
  Duration interval = std::chrono::seconds{15};  ///< time between scrapes; the length of a block
  double min_coverage = 0.9;                     ///< least share of served interactions that must be scored
  std::vector<Capability> capabilities;
  bool discover = true;  ///< also judge capabilities that are not listed, never as required
  double default_margin = 0.05;
  /// What the loss ledger leaves of a margin, by capability: [0, margin), 0 asks for a proven gain.
  std::map<std::string, double, std::less<>> narrowed;
  std::vector<GuardrailRule> guardrails;
  std::optional<std::string> errors_breaker;  ///< breaker named when errors are what got worse
};

}  // namespace pawl::domain
