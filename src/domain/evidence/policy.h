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
    double margin = 0.05;   ///< largest loss in mean score a promotion may accept, (0,1)
    double tolerance = 0;   ///< drop that counts as no regression, [0, margin)
    bool required = false;  ///< promotion needs proof for it
  };
  /// Capabilities too rare to be judged alone: their blocks are added up and judged as one, which is required.
  struct Group {
    std::string name;
    std::vector<std::string> capabilities;
    double margin = 0.05;
    double tolerance = 0;
  };
  struct GuardrailRule {
    std::string breaker;          ///< name of the breaker it trips
    std::string violation_class;  ///< label `class` of pawl_violations_total
    int max_events = 0;  ///< 0: the first violation trips it; else the most events per `max_samples` interactions
    std::optional<double>
        max_rate{};  ///< instead: most violations per interaction, (0, 0.99]; the count alone trips nothing
  };
  struct EventRule {
    std::string breaker;
    std::string kind;      ///< label `kind` of pawl_events_total
    double tolerance = 1;  ///< times stable's rate per interaction, at least 1
  };
  struct LatencyRule {
    std::string breaker;
    double le = 1;         ///< seconds; a bound of pawl_interaction_duration_seconds
    double tolerance = 1;  ///< the canary may take this many times as long, at least 1
  };

  double alpha = 0.05;            ///< largest probability of rolling a healthy edit back
  double beta = 0.05;             ///< largest probability of promoting one that lost more than a margin
  double alpha_guardrail = 0.01;  ///< the same as alpha, for all bounded guardrails together; it adds to alpha
  int min_samples = 50;           ///< canary scores per capability before a promotion
  int max_samples = 3000;         ///< canary scores per capability after which nothing more is expected
  Duration min_age = std::chrono::minutes{30};
  Duration max_duration = std::chrono::hours{24};
  Duration interval = std::chrono::seconds{15};  ///< time between scrapes; the length of a block
  double min_coverage = 0.9;                     ///< least share of served interactions that must be scored
  double deflation = 1;      ///< what log e is divided by, at least 1: above it where scores come in clusters
  double start_mass = 0.75;  ///< of the bet, on "worse from the start"; the rest is on later starts. (0, 1)
  double memory = 2000;      ///< scores of stable the plug-in remembers
  double cap = 0.95;         ///< largest part of what is bet that one score may cost, (0, 1)
  std::vector<Capability> capabilities;
  std::vector<Group> groups;
  std::vector<std::string> touched;  ///< capabilities that the self-edit means to change: they get half the weight
  bool discover = true;              ///< also judge capabilities that are not listed, never as required
  double default_margin = 0.05;      ///< of capabilities that are not listed
  double default_tolerance = 0;      ///< the same; all together tolerate the largest of any
  /// What the loss ledger leaves of a margin, by capability: [0, margin), 0 asks for a proven gain.
  std::map<std::string, double, std::less<>> narrowed;
  std::vector<GuardrailRule> guardrails;
  std::vector<EventRule> events;
  std::vector<LatencyRule> latencies;
  std::optional<std::string> errors_breaker;  ///< breaker named when errors are what got worse
  double errors_tolerance = 0;                ///< rise of the error rate that counts as no regression, [0,1)
};

}  // namespace pawl::domain
