// The bets on graded scores without what a rollout adds: one for each capability, all weighing the same, on drops that
// are there from the start. What the two differ by is what the rest costs.
#pragma once

#include <algorithm>
#include <cmath>
#include <span>
#include <vector>

#include "domain/evidence/carry.h"
#include "domain/evidence/log_space.h"
#include "domain/evidence/matched_bets.h"
#include "statistics/rule.h"

namespace pawl::statistics {

class BareBets : public Rule {
 public:
  /// Stable's mean and variance are known as 200 scores tell them.
  BareBets(int capabilities, const domain::History& history, double alpha)
      : log_bar_(-std::log(alpha)), carried_(static_cast<std::size_t>(capabilities)) {
    domain::MatchedBetsConfig config;
    config.history = history;
    config.start_mass = 1;
    config.graded = true;
    bets_.assign(static_cast<std::size_t>(capabilities), domain::MatchedBets(config));
  }
  bool look(std::span<const domain::Block> blocks) override {
    double sum = domain::kLogZero;
    for (std::size_t k = 0; k < blocks.size(); ++k) {
      if (const auto whole = carried_[k].join(blocks[k])) bets_[k].add(*whole);
      sum = domain::log_add(sum, bets_[k].log_e());
    }
    return sum - std::log(static_cast<double>(bets_.size())) >= log_bar_;
  }
  [[nodiscard]] bool blames_only(int culprit) const override {
    const auto most = std::ranges::max_element(bets_, {}, &domain::MatchedBets::log_e);
    return most - bets_.begin() == culprit;
  }

 private:
  double log_bar_;
  std::vector<domain::MatchedBets> bets_;
  std::vector<domain::Carry> carried_;
};

}  // namespace pawl::statistics
