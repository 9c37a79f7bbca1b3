// Chains of records as they are stored, for tests to break.
#pragma once

#include <string>
#include <vector>

#include "cli/rollout/chain.h"
#include "support/rollout_builders.h"

namespace pawl::cli {

inline domain::Record a_record(std::int64_t sequence, const std::string& parent) {
  domain::Record record;
  record.sequence = sequence;
  record.at = testing::kStart + sequence * testing::kMinute;
  record.actor = "pawl-operator";
  record.rollout = "shop/support";
  record.what = sequence == 1 ? "Accepted" : "StepUp";
  record.revision = testing::ref("r2");
  record.rule = "step_up";
  record.reason = "StepUp";
  record.message = "the step has soaked and nothing is wrong";
  record.policy_sha256 = sha256_hex("policy");
  record.canary_before = 100;
  record.canary_after = 1000;
  record.scoreboard = {{"refunds", 0.75, 0.875, 120, 64, domain::CapabilityState::Held},
                       {"language", 0.5, 0.25, 40, 4, domain::CapabilityState::Insufficient}};
  record.parent_sha256 = parent;
  return record;
}

inline FoundRecord stored(const domain::Record& record) {
  const std::string text = domain::canonical_text(record);
  const std::string hash = domain::record_sha256(text);
  return {"support-record-" + std::to_string(record.sequence) + "-" + hash.substr(0, 8), record.sequence, text, hash};
}

/// Records 1 to `n`, each the parent of the next.
inline std::vector<FoundRecord> a_chain(std::int64_t n) {
  std::vector<FoundRecord> found;
  for (std::int64_t i = 1; i <= n; ++i) {
    found.push_back(stored(a_record(i, found.empty() ? "" : found.back().claimed_sha256)));
  }
  return found;
}

inline ChainHead head_of(const std::vector<FoundRecord>& found) {
  return {std::to_string(found.back().label), found.back().claimed_sha256};
}

}  // namespace pawl::cli
