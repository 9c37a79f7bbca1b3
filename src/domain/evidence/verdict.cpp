#include "domain/evidence/verdict.h"

namespace pawl::domain {

std::string_view to_string(Verdict::Kind kind) {
  switch (kind) {
    case Verdict::Kind::RollBackGuardrail: return "RollBackGuardrail";
    case Verdict::Kind::RollBackRegression: return "RollBackRegression";
    case Verdict::Kind::Hold: return "Hold";
    case Verdict::Kind::Yellow: return "Yellow";
    case Verdict::Kind::Promote: return "Promote";
    case Verdict::Kind::Inconclusive: return "Inconclusive";
    case Verdict::Kind::GoOn: return "GoOn";
  }
  return "Hold";
}

std::string_view to_string(ScoreboardRow::State state) {
  switch (state) {
    case ScoreboardRow::State::Held: return "Held";
    case ScoreboardRow::State::Lost: return "Lost";
    case ScoreboardRow::State::Gained: return "Gained";
    case ScoreboardRow::State::Insufficient: return "Insufficient";
  }
  return "Insufficient";
}

}  // namespace pawl::domain
