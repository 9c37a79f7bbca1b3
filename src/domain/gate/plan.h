// In which order the gate asks. Pure: one seed, one order, on every machine.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace pawl::domain {

/// Who is asked.
enum class Side { Candidate, Stable };

constexpr std::string_view to_string(Side side) { return side == Side::Candidate ? "candidate" : "stable"; }

/// One case, asked once.
struct Question {
  std::size_t at = 0;  ///< index of the case
  int epoch = 0;       ///< 0 .. epochs-1
  Side side = Side::Candidate;
  bool operator==(const Question&) const = default;
};

struct PlanOrder {
  std::size_t cases = 0;
  int epochs = 1;
  bool with_stable = true;  ///< false: a first revision, nothing to compare with
  std::uint64_t seed = 0;
};

/// Every case in every epoch on every side, exactly once. The pairs of case and epoch come in an order drawn from the
/// seed, so that no capability stands at the end, where a model's quota runs out. Both sides of a pair stand next to
/// each other, so that a slow minute hits both; which of them comes first is drawn as well.
std::vector<Question> plan_questions(const PlanOrder& order);

}  // namespace pawl::domain
