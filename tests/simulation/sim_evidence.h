// Evidence with a scripted truth per content: how a candidate will turn out, and when that is seen.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "ports/evidence_source.h"
#include "simulation/sim_cluster.h"

namespace pawl::simulation {

/// Counted from the first share in force.
struct Nature {
  Duration proven_after{180'000};
  std::optional<Duration> leaks_after;
  std::optional<Duration> regresses_after;
};

struct Outage {
  Instant from;
  Instant to;
};

/// What is to be read, and when: shared by all operators, and no part of any of them.
class SimPrometheus {
 public:
  explicit SimPrometheus(const SimCluster& cluster) : cluster_(cluster) {}

  [[nodiscard]] bool out() const;
  [[nodiscard]] const Nature& nature_of(const std::string& digest) const;
  /// Since the first share in force; nothing without one.
  [[nodiscard]] std::optional<Duration> exposed_for(const std::string& digest) const;

  std::map<std::string, Nature> natures;  ///< by digest; others are healthy
  std::vector<Outage> outages;
  bool forgotten = false;  ///< an operator let the rollout's evidence go

 private:
  const SimCluster& cluster_;
};

/// One operator's fold. It is in memory only: a restart empties it, and it is folded again once Prometheus answers.
class SimEvidence : public ports::EvidenceSource {
 public:
  explicit SimEvidence(SimPrometheus& prometheus) : prometheus_(prometheus) {}

  domain::Judgement judge(const ports::RolloutKey& key, const domain::Observation& seen, Instant now) override;
  void share_decided(const ports::RolloutKey&, const domain::RolloutStatus&) override {}
  void forget(const ports::RolloutKey&) override { prometheus_.forgotten = true; }
  /// As a new process has it, or a new leader.
  void lose_memory();

  /// A verdict of this kind against this digest is in the fold.
  [[nodiscard]] bool leaked(const std::string& digest) const { return leaked_.contains(digest); }
  [[nodiscard]] bool regressed(const std::string& digest) const { return regressed_.contains(digest); }

 private:
  domain::Judgement verdict_on(const std::string& digest);

  SimPrometheus& prometheus_;
  std::set<std::string> leaked_;
  std::set<std::string> regressed_;
};

}  // namespace pawl::simulation
