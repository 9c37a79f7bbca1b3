// Which rollout is live for an agent, and since when: only interactions begun after that count for it.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "base/guarded.h"
#include "base/time.h"

namespace pawl::scorer {

struct Cohort {
  std::string rollout;  ///< its id, the value of the `rollout` label
  Instant began;
};

/// Thread-safe.
class Cohorts {
 public:
  virtual ~Cohorts() = default;
  [[nodiscard]] virtual std::optional<Cohort> live(const std::string& agent) const = 0;
};

/// A table that somebody else keeps up to date.
class CohortTable final : public Cohorts {
 public:
  [[nodiscard]] std::optional<Cohort> live(const std::string& agent) const override;
  void replace(std::map<std::string, Cohort> cohorts);

 private:
  Guarded<std::map<std::string, Cohort>> cohorts_;
};

}  // namespace pawl::scorer
