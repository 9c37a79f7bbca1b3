// The truth of a simulated cluster: its objects, its controllers, its gateway. One rollout; one thread.
// Every write passes `write`, where seeded faults strike and the trace is kept.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/random.h"
#include "base/result.h"
#include "domain/provenance/record.h"
#include "domain/rollout/converge.h"
#include "domain/rollout/observation.h"

namespace pawl::simulation {

enum class Kind { Rollout, Revisions, Workloads, Services, Route };
inline constexpr std::size_t kKinds = 5;
inline constexpr std::array kAllKinds = {Kind::Rollout, Kind::Revisions, Kind::Workloads, Kind::Services, Kind::Route};

struct RolloutObject {
  bool present = true;
  bool deleting = false;
  std::int64_t generation = 1;
  domain::RolloutSpec spec;
  std::vector<domain::SpecFault> faults{};  ///< what is wrong with the spec
  domain::RolloutStatus status;
};

struct WorkloadObject {
  bool bundle = false;
  bool deployment = false;
  int wanted = 0;
  int ready = 0;
  Instant ready_at{};
};

struct RouteObject {
  bool present = false;
  int canary = 0;
  int in_force = 0;  ///< what the gateway really does; follows `canary` when it accepts
  int measured = 0;  ///< what the counters show; follows `in_force`
  bool accepted = false;
  Instant accept_at{};
};

struct Services {
  std::string stable;  ///< the digest its selector names; empty: no such Service
  std::string canary;
};

/// All objects, by kind, each kind with its resourceVersion. A cached view is one of these that lags.
struct Objects {
  RolloutObject rollout;
  std::vector<domain::RevisionView> revisions;
  std::map<std::string, WorkloadObject> workloads;
  Services services;
  RouteObject route;
  std::array<std::int64_t, kKinds> version{};

  [[nodiscard]] std::int64_t version_of(Kind kind) const { return version[static_cast<std::size_t>(kind)]; }
  void copy_kind(Kind kind, const Objects& from);
};

/// Thrown out of a write: the process died right after it.
struct Crash {};

/// What happens to one chosen write.
enum class Strike { Crash, AnswerLost, Conflict, Unavailable };

struct FaultRates {
  double conflict = 0;     ///< refused before it was applied
  double unavailable = 0;  ///< failed before it was applied
  double unknown = 0;      ///< applied, but the answer was lost
  double crash = 0;
};

class SimCluster {
 public:
  SimCluster(std::uint64_t seed, domain::RolloutSpec spec);

  /// Time passes: pods become ready, the gateway accepts, counters are scraped.
  void tick(Duration step);
  /// Applies `change` unless a fault strikes; may throw Crash.
  Status write(Kind kind, const std::string& what, const std::function<void(Objects&)>& change);
  /// A change by somebody else: no faults.
  void change(Kind kind, const std::function<void(Objects&)>& change);

  void user_creates(const std::string& name, const std::string& content, bool first = false);
  void user_deletes_rollout();

  Objects truth;
  std::map<std::string, domain::Record> records;  ///< by hash: a record is never replaced by another
  FaultRates faults;
  int strike_after = 0;  ///< the so-many-th write from now is struck; 0: none
  Strike strike = Strike::Crash;
  std::optional<Kind> refused;     ///< every write of this kind is denied, as without a permission or by a quota
  std::optional<Kind> unreadable;  ///< this kind may not be listed: copies of it stay as they are, a new one is empty
  int writes = 0;
  Instant now{Duration{1'800'000'000'000}};  ///< true time; the operator's clock may differ
  Random random;
  std::vector<std::string> trace;
  std::map<std::string, Instant> exposed_at;  ///< by digest: first share in force
  /// Called once, before the next write of an operator: another operator may act in between.
  std::function<void()> between;
  void let_others_act();

 private:
  void expose();
  /// What strikes this write: the scripted strike, else the dice.
  std::optional<Strike> struck();
};

std::string digest_of(const std::string& content);

}  // namespace pawl::simulation
