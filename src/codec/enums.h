// The words of our objects. One table per enum, used both ways; a test checks that each covers its enum
// and that the CRDs list the same words.
#pragma once

#include "domain/conditions.h"
#include "domain/gate/gate_verdict.h"
#include "domain/gate/suite.h"
#include "domain/rollout/spec.h"
#include "domain/rollout/status.h"
#include "json/enum_table.h"

namespace pawl::codec {

using json::EnumName;

inline constexpr auto kAuthorKindNames = std::to_array<EnumName<domain::AuthorKind>>({
    {domain::AuthorKind::Agent, "Agent"},
    {domain::AuthorKind::Optimizer, "Optimizer"},
    {domain::AuthorKind::Human, "Human"},
});

inline constexpr auto kCandidatePolicyNames = std::to_array<EnumName<domain::CandidatePolicy>>({
    {domain::CandidatePolicy::Queue, "Queue"},
    {domain::CandidatePolicy::Latest, "Latest"},
});

inline constexpr auto kTrafficModeNames = std::to_array<EnumName<domain::TrafficMode>>({
    {domain::TrafficMode::Managed, "Managed"},
    {domain::TrafficMode::Adopt, "Adopt"},
});

inline constexpr auto kAssignmentUnitNames = std::to_array<EnumName<domain::AssignmentUnit>>({
    {domain::AssignmentUnit::Request, "Request"},
    {domain::AssignmentUnit::Conversation, "Conversation"},
});

inline constexpr auto kEnforcementNames = std::to_array<EnumName<domain::Enforcement>>({
    {domain::Enforcement::Enforce, "Enforce"},
    {domain::Enforcement::Observe, "Observe"},
});

inline constexpr auto kInitialPolicyNames = std::to_array<EnumName<domain::InitialPolicy>>({
    {domain::InitialPolicy::Accept, "Accept"},
    {domain::InitialPolicy::RequireThresholds, "RequireThresholds"},
});

inline constexpr auto kUnclaimedPolicyNames = std::to_array<EnumName<domain::UnclaimedPolicy>>({
    {domain::UnclaimedPolicy::ProveOverall, "ProveOverall"},
    {domain::UnclaimedPolicy::NoWorse, "NoWorse"},
});

inline constexpr auto kGateStateNames = std::to_array<EnumName<domain::GateState>>({
    {domain::GateState::Waiting, "Waiting"},
    {domain::GateState::Passed, "Passed"},
    {domain::GateState::Failed, "Failed"},
    {domain::GateState::Insufficient, "Insufficient"},
    {domain::GateState::Expired, "Expired"},
    {domain::GateState::Skipped, "Skipped"},
});

inline constexpr auto kGateVerdictNames = std::to_array<EnumName<domain::GateVerdict>>({
    {domain::GateVerdict::Pass, "Pass"},
    {domain::GateVerdict::Fail, "Fail"},
    {domain::GateVerdict::Insufficient, "Insufficient"},
    {domain::GateVerdict::NoBaseline, "NoBaseline"},
});

inline constexpr auto kSkillStateNames = std::to_array<EnumName<domain::SkillState>>({
    {domain::SkillState::Held, "Held"},
    {domain::SkillState::Lost, "Lost"},
    {domain::SkillState::Gained, "Gained"},
    {domain::SkillState::Insufficient, "Insufficient"},
    {domain::SkillState::Flaky, "Flaky"},
});

inline constexpr auto kPhaseNames = std::to_array<EnumName<domain::Phase>>({
    {domain::Phase::Pending, "Pending"},
    {domain::Phase::Starting, "Starting"},
    {domain::Phase::Stable, "Stable"},
    {domain::Phase::Preparing, "Preparing"},
    {domain::Phase::Canary, "Canary"},
    {domain::Phase::Promoting, "Promoting"},
    {domain::Phase::RollingBack, "RollingBack"},
});

inline constexpr auto kPromotionStageNames = std::to_array<EnumName<domain::PromotionStage>>({
    {domain::PromotionStage::None, "None"},
    {domain::PromotionStage::ShiftToCanary, "ShiftToCanary"},
    {domain::PromotionStage::Repoint, "Repoint"},
    {domain::PromotionStage::ShiftBack, "ShiftBack"},
});

inline constexpr auto kOutcomeNames = std::to_array<EnumName<domain::Outcome>>({
    {domain::Outcome::None, "None"},
    {domain::Outcome::Promoted, "Promoted"},
    {domain::Outcome::RolledBack, "RolledBack"},
    {domain::Outcome::Inconclusive, "Inconclusive"},
    {domain::Outcome::Superseded, "Superseded"},
    {domain::Outcome::Withdrawn, "Withdrawn"},
    {domain::Outcome::Rejected, "Rejected"},
});

inline constexpr auto kCapabilityStateNames = std::to_array<EnumName<domain::CapabilityState>>({
    {domain::CapabilityState::Held, "Held"},
    {domain::CapabilityState::Lost, "Lost"},
    {domain::CapabilityState::Gained, "Gained"},
    {domain::CapabilityState::Insufficient, "Insufficient"},
});

inline constexpr auto kRevisionPhaseNames = std::to_array<EnumName<domain::RevisionPhase>>({
    {domain::RevisionPhase::Pending, "Pending"},
    {domain::RevisionPhase::Gating, "Gating"},
    {domain::RevisionPhase::Admitted, "Admitted"},
    {domain::RevisionPhase::Canary, "Canary"},
    {domain::RevisionPhase::Promoted, "Promoted"},
    {domain::RevisionPhase::Rejected, "Rejected"},
    {domain::RevisionPhase::RolledBack, "RolledBack"},
    {domain::RevisionPhase::Inconclusive, "Inconclusive"},
    {domain::RevisionPhase::Superseded, "Superseded"},
    {domain::RevisionPhase::Retired, "Retired"},
});

inline constexpr auto kSuiteTierNames = std::to_array<EnumName<domain::SuiteTier>>({
    {domain::SuiteTier::Dev, "Dev"},
    {domain::SuiteTier::Golden, "Golden"},
    {domain::SuiteTier::Regression, "Regression"},
    {domain::SuiteTier::HeldOut, "HeldOut"},
});

inline constexpr auto kConditionStatusNames = std::to_array<EnumName<domain::ConditionStatus>>({
    {domain::ConditionStatus::True, "True"},
    {domain::ConditionStatus::False, "False"},
    {domain::ConditionStatus::Unknown, "Unknown"},
});

}  // namespace pawl::codec
