#include "domain/evidence/hypothesis.h"

namespace pawl::domain {
namespace {

MatchedBetsConfig regression_config(const HypothesisConfig& from) {
  MatchedBetsConfig config;
  config.tolerance = from.tolerance;
  config.planned = from.planned;
  config.start_mass = from.start_mass;
  config.memory = from.memory;
  config.phi = from.phi;
  config.cap = from.cap;
  config.history = from.history;
  return config;
}

NonInferiorityConfig promotion_config(const HypothesisConfig& from) {
  NonInferiorityConfig config;
  config.margin = from.margin;
  if (from.narrowed) config = narrowed_config(from.margin, *from.narrowed);
  config.memory = from.memory;
  config.phi = from.phi;
  config.cap = from.cap;
  config.history = from.history;
  return config;
}

}  // namespace

Hypothesis::Hypothesis(const HypothesisConfig& config)
    : regression_(regression_config(config)), promotion_(promotion_config(config)) {}

std::optional<Block> Hypothesis::gather(const Block& block) {
  carried_ += block;
  if (!carried_.complete()) return std::nullopt;
  const Block whole = carried_;
  carried_ = {};
  totals_ += whole;
  difference_.add(whole.canary.n, whole.canary.sum, whole.stable.n, whole.stable.sum);
  return whole;
}

void Hypothesis::bet(const Block& block) {
  regression_.add(block);
  promotion_.add(block);
}

}  // namespace pawl::domain
