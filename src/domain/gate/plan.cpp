#include "domain/gate/plan.h"

#include <utility>

#include "base/random.h"

namespace pawl::domain {
namespace {

struct Pair {
  std::size_t at = 0;
  int epoch = 0;
};

/// Fisher and Yates.
void shuffle(std::vector<Pair>& pairs, Random& random) {
  for (std::size_t left = pairs.size(); left > 1; --left) std::swap(pairs[left - 1], pairs[random.below(left)]);
}

}  // namespace

std::vector<Question> plan_questions(const PlanOrder& order) {
  std::vector<Pair> pairs;
  for (int epoch = 0; epoch < order.epochs; ++epoch) {
    for (std::size_t at = 0; at < order.cases; ++at) pairs.push_back({at, epoch});
  }
  Random random(order.seed);
  shuffle(pairs, random);
  std::vector<Question> out;
  out.reserve(pairs.size() * (order.with_stable ? 2 : 1));
  for (const Pair& pair : pairs) {
    const Side first = order.with_stable && random.chance(0.5) ? Side::Stable : Side::Candidate;
    out.push_back({pair.at, pair.epoch, first});
    if (order.with_stable) out.push_back({pair.at, pair.epoch, first == Side::Stable ? Side::Candidate : Side::Stable});
  }
  return out;
}

}  // namespace pawl::domain
