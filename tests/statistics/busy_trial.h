// The dearest trial that the bars of cost speak of: 200 capabilities x 5 metrics, both arms in nearly every block.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "domain/evidence/trial.h"
#include "statistics/streams.h"

namespace pawl::statistics {

inline constexpr int kHypotheses = 200 * 5;

class BusyTrial {
 public:
  BusyTrial() : trial_(empty()) {
    for (int i = 0; i < kHypotheses; ++i) subjects_.push_back(trial_.subject(name(i)).value());
    Scenario scenario = null_at(0.5);
    scenario.capabilities = kHypotheses;
    scenario.rates.assign(kHypotheses, 20.0);
    BinaryStream stream(scenario, 1);
    for (int t = 0; t < 16; ++t) {
      const auto blocks = stream.next();
      std::vector<domain::Block>& kept = scrapes_.emplace_back(blocks.begin(), blocks.end());
      // Equal arms: however often they come again, they raise no alarm.
      for (domain::Block& block : kept) block.canary = block.stable;
    }
  }
  static domain::Trial empty() {
    domain::EvidencePolicy policy;
    for (int i = 0; i < kHypotheses; ++i) policy.capabilities.push_back({name(i), 0.05, 0, true});
    return domain::Trial(policy);
  }
  void scrape() {
    const std::vector<domain::Block>& blocks = scrapes_[at_++ % scrapes_.size()];
    for (std::size_t k = 0; k < blocks.size(); ++k) trial_.add(subjects_[k], blocks[k]);
    trial_.end_of_scrape();
  }
  [[nodiscard]] domain::Verdict::Kind decision() const { return trial_.decision(std::chrono::minutes{10}); }

 private:
  static std::string name(int i) { return "capability-" + std::to_string(i); }

  domain::Trial trial_;
  std::vector<domain::Trial::Subject> subjects_;
  std::vector<std::vector<domain::Block>> scrapes_;
  std::size_t at_ = 0;
};

}  // namespace pawl::statistics
