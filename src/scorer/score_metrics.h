// The scorer's counters, by the names that the operator reads.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>

#include "base/guarded.h"
#include "base/time.h"

namespace prometheus {
class Registry;
}

namespace pawl::scorer {

/// Which side of which rollout an interaction counts for.
struct Arm {
  std::string agent;
  std::string revision;
  std::string rollout;  ///< empty: none was live when it began
};

/// Thread-safe.
class ScoreMetrics {
 public:
  ScoreMetrics();
  ~ScoreMetrics();

  void score(const Arm& arm, const std::string& capability, const std::string& evaluator, const std::string& version,
             double score);
  void interaction(const Arm& arm, Duration took);
  /// At most 64 kinds are told apart: agents name them, and each is a series. Further ones are "other".
  void event(const Arm& arm, const std::string& kind);
  void violation(const Arm& arm, const std::string& name);
  void dropped();
  void rejected(const std::string& reason);

  [[nodiscard]] std::shared_ptr<prometheus::Registry> registry() const { return registry_; }
  /// The text that a scrape reads.
  [[nodiscard]] std::string text() const;

 private:
  struct Families;
  std::shared_ptr<prometheus::Registry> registry_;
  std::unique_ptr<Families> families_;
  Guarded<std::set<std::string>> kinds_;
};

}  // namespace pawl::scorer
