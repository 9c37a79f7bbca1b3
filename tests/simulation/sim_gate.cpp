#include "simulation/sim_gate.h"

#include <algorithm>

namespace pawl::simulation {
namespace {

using domain::GateAnswer;
using domain::GateRequest;
using domain::RevisionGate;

void bend(RevisionGate& gate, Flaw flaw, Instant now) {
  switch (flaw) {
    case Flaw::None:
      return;
    case Flaw::OtherContent:
      gate.candidate_digest = digest_of("other content");
      return;
    case Flaw::OtherStable:
      gate.stable_digest = digest_of("other stable");
      return;
    case Flaw::OtherPolicy:
      gate.policy_digest = digest_of("other policy");
      return;
    case Flaw::Expired:
      gate.expires_at = now - Duration{3'600'000};
      return;
  }
}

}  // namespace

void SimGate::tick() {
  const auto& request = cluster_.truth.rollout.status.gate;
  if (!request || request->state != domain::GateState::Waiting) {
    taken_.reset();
    due_.reset();
    return;
  }
  const bool same = taken_ && taken_->candidate == request->candidate &&
                    taken_->policy_digest == request->policy_digest && taken_->requested_at == request->requested_at;
  const bool again = same && !due_ && bent_ && cluster_.random.chance(0.02);  // it mends its mistake
  if (!same || again) take_up(*request);
  if (due_ && cluster_.now >= due_->at) answer(GateRequest(due_->request));
}

void SimGate::take_up(const GateRequest& request) {
  taken_ = request;
  due_.reset();
  const auto nature = natures[request.candidate.digest];
  if (nature.answers_after) due_ = Due{request, cluster_.now + *nature.answers_after};
}

void SimGate::answer(const GateRequest& request) {
  due_.reset();
  const GateNature& nature = natures[request.candidate.digest];
  RevisionGate gate;
  gate.verdict = nature.verdict;
  gate.reason = "Judged";
  gate.candidate_digest = request.candidate.digest;
  gate.stable_digest = request.stable_digest;
  gate.policy_digest = request.policy_digest;
  gate.decided_at = cluster_.now;
  gate.expires_at = cluster_.now + holds;
  bent_ = answers_[request.candidate.digest]++ == 0 && nature.flaw != Flaw::None;
  if (bent_) bend(gate, nature.flaw, cluster_.now);
  given_.push_back({gate, cluster_.now});
  cluster_.trace.push_back(format_rfc3339(cluster_.now) + " gate answers " + std::string(to_string(gate.verdict)) +
                           " of " + request.candidate.name);
  cluster_.change(Kind::Revisions, [&](Objects& o) {
    for (auto& r : o.revisions) r.gate = r.name == request.candidate.name ? std::optional(gate) : r.gate;
  });
}

bool SimGate::has_passed(const std::string& content, const std::string& stable, const std::string& policy,
                         Duration slack) const {
  return std::any_of(given_.begin(), given_.end(), [&](const Given& g) {
    return g.gate.verdict == GateAnswer::Pass && g.gate.candidate_digest == content && g.gate.stable_digest == stable &&
           g.gate.policy_digest == policy && cluster_.now < g.gate.expires_at + slack;
  });
}

}  // namespace pawl::simulation
