// Our own rule as one of those that watch a stream: the operator's trial, fed with blocks.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "domain/evidence/trial.h"
#include "statistics/rule.h"

namespace pawl::statistics {

inline constexpr double kAlpha = 0.05;

/// Capability k is called by its number. No limit of time: the streams have one.
class PawlRule : public Rule {
 public:
  explicit PawlRule(const Histories& histories) : trial_(policy(histories.size()), by_name(histories)) {
    for (std::size_t k = 0; k < histories.size(); ++k) subjects_.push_back(trial_.subject(std::to_string(k)).value());
  }
  bool look(std::span<const domain::Block> blocks) override {
    for (std::size_t k = 0; k < blocks.size(); ++k) trial_.add(subjects_[k], blocks[k]);
    trial_.end_of_scrape();
    ++scrapes_;
    return decision() == domain::Verdict::Kind::RollBackRegression;
  }
  [[nodiscard]] domain::Verdict::Kind decision() const { return trial_.decision(age()); }
  [[nodiscard]] bool blames_only(int culprit) const override {
    return trial_.verdict(age()).blamed == std::vector{std::to_string(culprit)};
  }

  static domain::EvidencePolicy policy(std::size_t capabilities) {
    domain::EvidencePolicy policy;
    policy.alpha = kAlpha;
    policy.max_duration = std::chrono::hours{24 * 365};
    for (std::size_t k = 0; k < capabilities; ++k) policy.capabilities.push_back({std::to_string(k), 0.05, 0, true});
    return policy;
  }
  static domain::StableHistory by_name(const Histories& histories) {
    domain::StableHistory named;
    for (std::size_t k = 0; k < histories.size(); ++k) named[std::to_string(k)] = histories[k];
    return named;
  }

 private:
  [[nodiscard]] Duration age() const { return std::chrono::seconds{15} * scrapes_; }

  domain::Trial trial_;
  std::vector<domain::Trial::Subject> subjects_;
  int scrapes_ = 0;
};

}  // namespace pawl::statistics
