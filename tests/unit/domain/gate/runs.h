// Makes the input of the gate's rule from a few words.
#pragma once

#include <string>
#include <vector>

#include "domain/gate/gate_rule.h"

namespace pawl::domain::runs {

inline constexpr int kEpochs = 3;

/// Cases "<capability>-000" ... of which each arm passes the first so many, in every epoch.
struct Block {
  std::string capability = "refunds";
  int cases = 30;
  int stable_passes = 20;
  int candidate_passes = 20;
  Tier tier = Tier::HeldOut;
};

inline std::string case_id(const Block& block, int i) {
  const std::string digits = std::to_string(i);
  return block.capability + "-" + std::string(3 - digits.size(), '0') + digits;
}

inline JudgedAnswer answer(const std::string& id, int epoch, bool passed) {
  return {.case_id = id,
          .epoch = epoch,
          .score = passed ? 1.0 : 0.0,
          .passed = passed,
          .reason = passed ? "" : "wrong",
          .cost_usd = 0.01,
          .latency = Duration{1000}};
}

inline GateInput input(const std::vector<Block>& blocks) {
  GateInput in;
  in.candidate = {"r2", "digest-2", "suite", "graders", {}};
  in.stable = ArmRun{"r1", "digest-1", "suite", "graders", {}};
  in.claimed = {"refunds"};
  for (const Block& block : blocks) {
    for (int i = 0; i < block.cases; ++i) {
      const std::string id = case_id(block, i);
      in.cases.push_back({id, block.capability, block.tier});
      for (int epoch = 0; epoch < kEpochs; ++epoch) {
        in.candidate.answers.push_back(answer(id, epoch, i < block.candidate_passes));
        in.stable->answers.push_back(answer(id, epoch, i < block.stable_passes));
      }
    }
  }
  return in;
}

/// Enough of everything: the claimed capability rises from 20 to 60 of 60, two others hold, two frozen cases pass.
inline std::vector<Block> good_blocks() {
  return {{"refunds", 60, 20, 60, Tier::HeldOut},
          {"privacy", 60, 50, 50, Tier::HeldOut},
          {"language", 60, 60, 60, Tier::HeldOut},
          {"frozen", 2, 2, 2, Tier::Regression}};
}

/// The answer of a case and epoch.
inline JudgedAnswer& at(ArmRun& run, const std::string& id, int epoch) {
  for (JudgedAnswer& one : run.answers) {
    if (one.case_id == id && one.epoch == epoch) return one;
  }
  return run.answers.front();
}

inline void set(ArmRun& run, const std::string& id, int epoch, bool passed) {
  at(run, id, epoch) = answer(id, epoch, passed);
}

inline const SkillRow& row(const GateReport& report, const std::string& capability) {
  for (const SkillRow& one : report.scoreboard) {
    if (one.capability == capability) return one;
  }
  static const SkillRow kNone;
  return kNone;
}

}  // namespace pawl::domain::runs
