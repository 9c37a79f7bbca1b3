#include "domain/rollout/candidates.h"

#include <algorithm>
#include <optional>

#include "domain/rollout/gate.h"

namespace pawl::domain {
namespace {

bool waiting(const Observation& seen, const RevisionView& r) {
  const auto is = [&](const std::optional<RevisionRef>& ref) { return ref && ref->name == r.name; };
  if (is(seen.status.stable) || is(seen.status.previous)) return false;
  if (seen.status.candidate && seen.status.candidate->revision.name == r.name) return false;
  // A withdrawn one was never judged: it was taken back for a fault of the rollout, and may be tried again.
  const bool had_its_turn =
      std::any_of(seen.status.history.begin(), seen.status.history.end(),
                  [&](const HistoryEntry& h) { return h.revision.name == r.name && h.outcome != Outcome::Withdrawn; });
  return !had_its_turn && r.parent.has_value() &&
         (r.phase == RevisionPhase::Pending || r.phase == RevisionPhase::Gating || r.phase == RevisionPhase::Admitted);
}

Refusal quarantined(const RevisionView& r, const QuarantineEntry& entry) {
  if (entry.reason == kRejectedByGate) {
    return {r.name, RevisionPhase::Rejected, kRejectedByGate,
            "its content is that of " + entry.revision +
                ", which the gate rejected; asking again changes nothing: change the bundle"};
  }
  return {
      r.name, RevisionPhase::Rejected, "Quarantined",
      "its content is that of " + entry.revision + ", which was rolled back (" + entry.reason + "); change the bundle"};
}

std::optional<Refusal> refusal(const Observation& seen, const RevisionView& r) {
  for (const QuarantineEntry& q : seen.status.quarantine) {
    if (q.digest == r.digest) return quarantined(r, q);
  }
  if (seen.status.stable && seen.status.stable->digest == r.digest) {
    return Refusal{r.name, RevisionPhase::Rejected, "SameContent",
                   "its content is what stable already serves; there is nothing to judge"};
  }
  const bool parent_known = std::any_of(seen.revisions.begin(), seen.revisions.end(),
                                        [&](const RevisionView& p) { return p.name == *r.parent; });
  if (!parent_known) {
    return Refusal{
        r.name, RevisionPhase::Pending, "ParentMissing",
        "spec.parent: AgentRevision " + *r.parent + " does not exist for this agent; create it or name another parent"};
  }
  return std::nullopt;
}

/// Those that wait in vain behind the ones that run first; `waiting_now` is sorted oldest first.
std::vector<Refusal> crowded_out(const RolloutSpec& spec, const std::vector<const RevisionView*>& waiting_now) {
  std::vector<Refusal> out;
  switch (spec.candidate_policy) {
    case CandidatePolicy::Latest:
      for (std::size_t i = 0; i + 1 < waiting_now.size(); ++i) {
        out.push_back({waiting_now[i]->name, RevisionPhase::Superseded, "Superseded",
                       "a newer revision waits and spec.candidates.policy is Latest"});
      }
      break;
    case CandidatePolicy::Queue:
      for (std::size_t i = static_cast<std::size_t>(std::max(spec.max_pending, 1)); i < waiting_now.size(); ++i) {
        out.push_back({waiting_now[i]->name, RevisionPhase::Pending, "QueueFull",
                       "spec.candidates.maxPending: " + std::to_string(spec.max_pending) +
                           " older revisions wait already; it moves up when one of them is done"});
      }
      break;
  }
  return out;
}

std::vector<const RevisionView*> candidates(const Observation& seen) {
  std::vector<const RevisionView*> out;
  for (const RevisionView& r : seen.revisions) {
    if (waiting(seen, r) && !refusal(seen, r)) out.push_back(&r);
  }
  return out;
}

}  // namespace

const RevisionView* initial_revision(const Observation& seen) {
  for (const RevisionView& r : seen.revisions) {
    const bool refused = std::any_of(seen.status.quarantine.begin(), seen.status.quarantine.end(),
                                     [&](const QuarantineEntry& q) { return q.digest == r.digest; });
    if (refused) continue;
    if (seen.spec.initial_revision ? r.name == *seen.spec.initial_revision : !r.parent.has_value()) return &r;
  }
  return nullptr;
}

const RevisionView* next_candidate(const Observation& seen) {
  const auto waiting_now = candidates(seen);
  if (waiting_now.empty()) return nullptr;
  return seen.spec.candidate_policy == CandidatePolicy::Latest ? waiting_now.back() : waiting_now.front();
}

std::vector<Refusal> refusals(const Observation& seen) {
  std::vector<Refusal> out;
  for (const RevisionView& r : seen.revisions) {
    if (!waiting(seen, r)) continue;
    if (auto why = refusal(seen, r)) out.push_back(std::move(*why));
  }
  for (Refusal& crowded : crowded_out(seen.spec, candidates(seen))) out.push_back(std::move(crowded));
  return out;
}

}  // namespace pawl::domain
