// What the user asks for: AgentRevision.spec and AgentRollout.spec as values. Shares are basis points
// (1 % = 100), durations milliseconds, probabilities and margins in [0, 1].
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "domain/gate/initial_policy.h"
#include "domain/gate/unclaimed_policy.h"

namespace pawl::domain {

/// All traffic, in basis points. The two weights of a rule always sum to this.
inline constexpr int kWholeShare = 10'000;

enum class AuthorKind { Agent, Optimizer, Human };

struct RevisionFile {
  std::string path;
  std::string content;
  bool operator==(const RevisionFile&) const = default;
};

struct RevisionSpec {
  std::string agent;
  std::optional<std::string> parent;  ///< name of an AgentRevision; absent only for an agent's first one
  std::vector<RevisionFile> files;
  AuthorKind author_kind = AuthorKind::Agent;
  std::string author_name;
  std::string author_run;
  std::vector<std::string> claim_improves;
  std::string claim_rationale;
  bool operator==(const RevisionSpec&) const = default;
};

enum class CandidatePolicy { Queue, Latest };
enum class TrafficMode { Managed, Adopt };
enum class AssignmentUnit { Request, Conversation };
enum class Enforcement { Enforce, Observe };

/// Managed only: where the generated route attaches, and what it matches.
struct GatewayRef {
  std::string name;
  std::string ns;            ///< empty: the rollout's own
  std::string section_name;  ///< empty: every listener
  bool operator==(const GatewayRef&) const = default;
};

struct TrafficSpec {
  TrafficMode mode = TrafficMode::Managed;
  std::string route_name;
  std::string rule = "agent";  ///< name of the HTTPRoute rule that carries the split
  std::optional<GatewayRef> gateway;
  std::vector<std::string> hostnames;
  std::string stable_service;
  std::string canary_service;
  int port = 80;  ///< of the two Services
  AssignmentUnit unit = AssignmentUnit::Request;
  bool operator==(const TrafficSpec&) const = default;
};

struct DeliverySpec {
  std::string pod_template;  ///< a core/v1 PodTemplate the user applies
  std::string mount_path = "/etc/agent";
  std::string port = "http";  ///< name of the container port that serves traffic and GET /revision
  int stable_replicas = 1;
  int canary_replicas = 1;
  bool operator==(const DeliverySpec&) const = default;
};

struct Step {
  std::string name;
  int weight = 0;  ///< basis points, 1..10000, rising from step to step
  Duration soak{};
  bool operator==(const Step&) const = default;
};

struct CapabilitySpec {
  std::string name;
  std::optional<double> margin;       ///< largest loss a promotion may accept; default by analysis
  std::optional<double> tolerance{};  ///< drop that counts as no regression, below the margin; default by analysis
  bool operator==(const CapabilitySpec&) const = default;
};

/// Capabilities too rare to be judged alone: judged together, under one name.
struct GroupSpec {
  std::string name;
  std::vector<std::string> capabilities;
  std::optional<double> margin;
  std::optional<double> tolerance;
  bool operator==(const GroupSpec&) const = default;
};

/// How the gateway's own counters of requests per backend are named. Absent: the scorer's counts serve.
struct ServedSpec {
  std::string metric = "envoy_cluster_upstream_rq_total";
  std::string label = "envoy_cluster_name";
  std::string stable;  ///< label value of the stable Service's backend
  std::string canary;
  bool operator==(const ServedSpec&) const = default;
};

struct EvidenceSpec {
  std::string prometheus;  ///< http://host:port
  Duration interval{15'000};
  std::vector<CapabilitySpec> capabilities;
  std::vector<GroupSpec> groups;
  std::optional<ServedSpec> served;
  bool operator==(const EvidenceSpec&) const = default;
};

/// What the gate asks of one capability.
struct GatedCapability {
  std::string name;
  double threshold = 1;  ///< least mean score that a first revision must be proven to reach, (0,1)
  bool operator==(const GatedCapability&) const = default;
};

/// What an answer may cost at the gate. Absent: anything.
struct GateCeilings {
  std::optional<double> cost_usd{};    ///< mean per answer, above 0
  std::optional<double> cost_ratio{};  ///< the same, as a multiple of stable's
  std::optional<Duration> p95{};       ///< 95th percentile of latency
  std::optional<double> p95_ratio{};   ///< the same, as a multiple of stable's
  bool operator==(const GateCeilings&) const = default;
};

/// Held-out judgement before a candidate's first share, looked at again before its promotion.
struct GateSpec {
  std::vector<std::string> suites;   ///< names of EvalSuites; empty: there is no gate
  bool required = true;              ///< false: the verdict only informs
  Duration max_age{24 * 3'600'000};  ///< how long a verdict holds
  InitialPolicy initial = InitialPolicy::Accept;
  std::vector<GatedCapability> capabilities;  ///< for RequireThresholds: every capability of the suites
  GateCeilings ceilings{};
  double alpha = 0.05;  ///< of each test, and of the whole sequence of candidates, (0,1)
  int min_cases = 20;   ///< fewer cases say nothing of a capability
  UnclaimedPolicy unclaimed = UnclaimedPolicy::ProveOverall;
  bool operator==(const GateSpec&) const = default;
};

/// How much many promotions together may lose, each within its own margin (domain/evidence/loss_ledger.h).
struct LossBudgetSpec {
  int margins = 2;                    ///< of each capability, since the anchor; at least 1
  std::optional<std::string> anchor;  ///< a revision that a person vouches for; default: the first stable one
  bool operator==(const LossBudgetSpec&) const = default;
};

/// How the tests bet: how fast they decide depends on it, never how often they are wrong.
struct BetsSpec {
  double from_start = 0.75;  ///< part that is bet on "worse from the start", the rest on later starts; (0, 1)
  double cap = 0.95;         ///< largest part that one score may cost, (0, 1)
  int memory = 2000;         ///< scores of stable that are remembered
  bool operator==(const BetsSpec&) const = default;
};

struct AnalysisSpec {
  double alpha = 0.05;
  double guardrail_alpha = 0.01;
  double beta = 0.05;
  double margin = 0.05;   ///< for capabilities without their own
  double tolerance = 0;   ///< the same; [0, margin)
  double deflation = 1;   ///< what log e is divided by, where the scores of one conversation resemble each other
  double coverage = 0.9;  ///< least share of served interactions that must be scored, in either arm; (0, 1)
  BetsSpec bets;
  int min_samples = 50;
  int max_samples = 3000;
  Duration min_age{30 * 60'000};
  Duration max_duration{24 * 3'600'000};
  LossBudgetSpec loss_budget;
  bool operator==(const AnalysisSpec&) const = default;
};

/// Events per interaction against stable's.
struct EventsSpec {
  std::string kind;      ///< pawl_events_total{kind}
  double tolerance = 1;  ///< times stable's rate that is no regression, at least 1
  bool operator==(const EventsSpec&) const = default;
};

/// The share of answers in time against stable's.
struct LatencySpec {
  double le = 0;         ///< seconds; a bucket bound of pawl_interaction_duration_seconds
  double tolerance = 1;  ///< times as long as stable that is no regression, at least 1
  bool operator==(const LatencySpec&) const = default;
};

/// Exactly one of guardrail, errors, events and latency.
struct BreakerSpec {
  std::string name;
  std::optional<std::string> guardrail_class;  ///< pawl_violations_total{class}: zero tolerance up to max_events
  int max_events = 0;
  bool errors = false;               ///< the candidate's error rate against stable's
  double errors_tolerance = 0;       ///< rise of the error rate that is no regression, [0, 1)
  std::optional<double> max_rate{};  ///< of a guardrail, instead of max_events: violations per interaction, (0, 1)
  std::optional<EventsSpec> events{};
  std::optional<LatencySpec> latency{};
  bool operator==(const BreakerSpec&) const = default;
};

struct RolloutSpec {
  std::string agent;
  bool paused = false;
  std::optional<std::string> initial_revision;
  CandidatePolicy candidate_policy = CandidatePolicy::Queue;
  int max_pending = 20;
  GateSpec gate;
  TrafficSpec traffic;
  DeliverySpec delivery;
  std::vector<Step> steps;
  EvidenceSpec evidence;
  AnalysisSpec analysis;
  std::vector<BreakerSpec> breakers;
  Duration stable_soak{60'000};  ///< how long the previous stable stays warm after a promotion
  Duration drain{10'000};        ///< between share 0 and the candidate's retirement
  Enforcement enforcement = Enforcement::Enforce;
  bool operator==(const RolloutSpec&) const = default;
};

/// One fault of a spec: the field's path and what to do about it.
struct SpecFault {
  std::string path;
  std::string message;
};

/// Rules across fields, for servers whose admission is older than the CRD's rules. Empty: valid.
std::vector<SpecFault> validate(const RolloutSpec& spec);
/// An analysis alone, as spec.analysis.
std::vector<SpecFault> validate(const AnalysisSpec& analysis);
std::vector<SpecFault> validate(const RevisionSpec& spec);

}  // namespace pawl::domain
