// Everything `advance` and `converge` may know: values gathered by the shell at one moment.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "domain/evidence/stable_watch.h"
#include "domain/evidence/verdict.h"
#include "domain/gate/gate_verdict.h"
#include "domain/rollout/feasibility.h"
#include "domain/rollout/spec.h"
#include "domain/rollout/status.h"

namespace pawl::domain {

/// An AgentRevision as the rollout sees it; the bundle itself stays in the API server.
struct RevisionView {
  std::string name;
  std::string agent;
  std::optional<std::string> parent;
  std::string digest;
  std::string author;
  Instant created{};
  RevisionPhase phase = RevisionPhase::Pending;
  std::vector<std::string> improves{};  ///< capabilities that its author claims to change
  std::optional<RevisionGate> gate{};   ///< what the gate has written of it
};

/// The Deployment of one revision, and what its pods were seen to serve.
struct WorkloadView {
  bool bundle_present = false;
  bool deployment_present = false;
  int wanted = 0;
  int ready = 0;
  int verified = 0;          ///< ready pods whose GET /revision answered this digest
  std::string wrong_digest;  ///< "pod x serves <digest>", empty if none does
};

struct ServiceView {
  bool present = false;
  bool foreign = false;     ///< exists, but was not made by this rollout
  std::string selects;      ///< the digest its selector names
  int ready_endpoints = 0;  ///< ready endpoints that belong to that digest
};

/// Made by this rollout.
inline bool is_ours(const ServiceView& service) { return service.present && !service.foreign; }

struct RouteView {
  bool present = false;
  bool foreign = false;      ///< Managed: exists, but was not made by this rollout
  bool yielded = false;      ///< another rollout has the rule: our share may be lowered, and nothing else be written
  bool attached = true;      ///< Managed: its parents and hostnames are those of the spec
  std::string problem;       ///< Adopt: why the rule cannot carry the split; empty if it can
  int stable = kWholeShare;  ///< weights as written (L0)
  int canary = 0;
  bool accepted = false;  ///< L1: every parent accepted and resolved this very generation
  std::string not_accepted_because;
  std::string contender;     ///< a manager that was seen to change our weights, empty if none
  bool fought_over = false;  ///< so often lately that another raise would only be undone; lowering goes on
};

struct World {
  bool pod_template_present = false;
  std::map<std::string, WorkloadView> workloads;  ///< by digest
  ServiceView stable_service;
  ServiceView canary_service;
  RouteView route;
  std::optional<int> measured_share;  ///< L2, basis points; see MeasuredShare
  bool measured_about_zero = false;
  bool measures_share = false;
};

/// The share that the gateway's own counters show since the last change of weights (L2).
struct MeasuredShare {
  bool configured = false;          ///< the rollout names the gateway's counters
  std::optional<int> basis_points;  ///< nothing until two scrapes were seen after the change
  bool about_zero = false;          ///< no request reached the candidate between two scrapes after the change
};

/// The evidence's verdict on the candidate, or on the warm promotion.
struct Judgement {
  Verdict::Kind kind = Verdict::Kind::None;
  std::string reason;   ///< CamelCase
  std::string message;  ///< with numbers
  std::string
      detail;  ///< Hold and Yellow: the same without the numbers, so that a status stays as it is between scrapes
  std::string breaker;
  std::vector<ScoreRow> scoreboard;
  bool mean_up_skill_down = false;    ///< a skill is lost while the mean over all skills rose
  std::vector<EstimatedLoss> losses;  ///< of every capability and group that is judged by itself, for the ledger
  MeasuredShare share;
  std::vector<Shortage> shortages;  ///< capabilities that will not be proven in time
  StableOpinion stable_watch;       ///< on stable's own scores, while nothing is judged
  double log_e = 0;                 ///< of "nothing is wrong"
  Instant newest_sample{};          ///< samples after it had no part in this; the epoch when there was none
};

struct Observation {
  std::string ns;
  std::string name;
  std::string version;  ///< the shell's guard for its status write; opaque
  std::int64_t generation = 0;
  bool deleting = false;
  RolloutSpec spec;
  std::vector<SpecFault> spec_faults;
  std::string route_conflict;  ///< another rollout that claims the same route and rule, empty if none
  std::string denied;          ///< the answer to a read or write that was refused to the operator, empty if none
  RolloutStatus status;
  std::vector<RevisionView> revisions;  ///< of this agent, sorted by creation, then name
  World world;
  Judgement judgement;
};

}  // namespace pawl::domain
