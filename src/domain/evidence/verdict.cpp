#include "domain/evidence/verdict.h"

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <tuple>

namespace pawl::domain {

std::vector<ScoreboardRow> most_telling(std::vector<ScoreboardRow> rows, std::size_t most) {
  if (rows.size() <= most) return rows;
  std::vector<std::size_t> order(rows.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  const auto telling = [&](std::size_t i) {
    return std::tuple(rows[i].state == CapabilityState::Lost, rows[i].required, rows[i].log_e);
  };
  std::ranges::stable_sort(order, std::greater<>(), telling);
  order.resize(most);
  std::ranges::sort(order);
  std::vector<ScoreboardRow> kept;
  for (const std::size_t i : order) kept.push_back(std::move(rows[i]));
  return kept;
}

bool mean_up_skill_down(const std::vector<ScoreboardRow>& rows) {
  bool lost = false;
  double rise = 0;
  for (const ScoreboardRow& row : rows) {
    if (!row.skill) continue;
    lost = lost || row.state == CapabilityState::Lost;
    rise -= row.loss * (row.n_stable + row.n_canary);
  }
  return lost && rise > 0;
}

std::string_view to_string(Verdict::Kind kind) {
  switch (kind) {
    case Verdict::Kind::None:
      return "None";
    case Verdict::Kind::RollBackGuardrail:
      return "RollBackGuardrail";
    case Verdict::Kind::RollBackRegression:
      return "RollBackRegression";
    case Verdict::Kind::Hold:
      return "Hold";
    case Verdict::Kind::Yellow:
      return "Yellow";
    case Verdict::Kind::Promote:
      return "Promote";
    case Verdict::Kind::Inconclusive:
      return "Inconclusive";
    case Verdict::Kind::GoOn:
      return "GoOn";
  }
  return "None";
}

std::string_view to_string(CapabilityState state) {
  switch (state) {
    case CapabilityState::Held:
      return "Held";
    case CapabilityState::Lost:
      return "Lost";
    case CapabilityState::Gained:
      return "Gained";
    case CapabilityState::Insufficient:
      return "Insufficient";
  }
  return "Insufficient";
}

}  // namespace pawl::domain
