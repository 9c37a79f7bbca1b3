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

class SimEvidence : public ports::EvidenceSource {
 public:
  explicit SimEvidence(const SimCluster& cluster) : cluster_(cluster) {}

  domain::Judgement judge(const ports::RolloutKey& key, const domain::Observation& seen, Instant now) override;
  void forget(const ports::RolloutKey&) override { forgotten = true; }

  [[nodiscard]] bool out() const;
  /// A verdict of this kind against this digest was handed out.
  [[nodiscard]] bool leaked(const std::string& digest) const { return leaked_.count(digest) > 0; }
  [[nodiscard]] bool regressed(const std::string& digest) const { return regressed_.count(digest) > 0; }
  [[nodiscard]] const Nature& nature_of(const std::string& digest) const;

  std::map<std::string, Nature> natures;  ///< by digest; others are healthy
  std::vector<Outage> outages;
  bool forgotten = false;

 private:
  domain::Judgement verdict_on(const std::string& digest);

  const SimCluster& cluster_;
  std::set<std::string> leaked_;
  std::set<std::string> regressed_;
};

}  // namespace pawl::simulation
