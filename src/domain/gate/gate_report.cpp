#include "domain/gate/gate_report.h"

namespace pawl::domain {

std::string_view to_string(GateVerdict verdict) {
  switch (verdict) {
    case GateVerdict::Pass:
      return "Pass";
    case GateVerdict::Fail:
      return "Fail";
    case GateVerdict::Insufficient:
      return "Insufficient";
  }
  return "Insufficient";
}

std::string_view to_string(SkillState state) {
  switch (state) {
    case SkillState::Held:
      return "Held";
    case SkillState::Lost:
      return "Lost";
    case SkillState::Gained:
      return "Gained";
    case SkillState::Insufficient:
      return "Insufficient";
    case SkillState::Flaky:
      return "Flaky";
  }
  return "Insufficient";
}

std::string_view to_string(CaseState state) {
  switch (state) {
    case CaseState::Won:
      return "Won";
    case CaseState::Lost:
      return "Lost";
    case CaseState::BothPassed:
      return "BothPassed";
    case CaseState::BothFailed:
      return "BothFailed";
    case CaseState::Passed:
      return "Passed";
    case CaseState::Failed:
      return "Failed";
    case CaseState::Missing:
      return "Missing";
  }
  return "Missing";
}

}  // namespace pawl::domain
