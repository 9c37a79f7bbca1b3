#include "domain/evidence/hypothesis.h"

#include <utility>

namespace pawl::domain {
namespace {

MatchedBetsConfig regression_config(double tolerance, double planned) {
  MatchedBetsConfig config;
  config.tolerance = tolerance;
  config.planned = planned;
  return config;
}

NonInferiorityConfig promotion_config(double margin) {
  NonInferiorityConfig config;
  config.margin = margin;
  return config;
}

}  // namespace

Hypothesis::Hypothesis(std::string name, double margin, double tolerance, double planned)
    : name_(std::move(name)), regression_(regression_config(tolerance, planned)), promotion_(promotion_config(margin)) {}

void Hypothesis::add(const Block& block) {
  regression_.add(block);
  promotion_.add(block);
  difference_.add(block.canary.n, block.canary.sum, block.stable.n, block.stable.sum);
  totals_ += block;
}

void Hypothesis::drop_carried() {
  regression_.drop_carried();
  promotion_.drop_carried();
}

}  // namespace pawl::domain
