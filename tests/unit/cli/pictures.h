// Pictures for the screens: built rollouts, looked at 41 seconds after their decision.
#pragma once

#include <fstream>
#include <iterator>
#include <string>

#include "cli/rollout/picture.h"
#include "support/rollout_builders.h"

namespace pawl::cli {

inline domain::RevisionSpec a_revision(std::vector<domain::RevisionFile> files, std::optional<std::string> parent) {
  domain::RevisionSpec spec;
  spec.agent = "support";
  spec.parent = std::move(parent);
  spec.files = std::move(files);
  spec.author_name = "support-bot";
  return spec;
}

inline Edit an_edit() {
  const auto parent = a_revision({{"prompt.md", "Be kind.\nBe brief.\n"}, {"old.md", "x\n"}}, std::nullopt);
  auto child =
      a_revision({{"prompt.md", "Be kind.\nBe quick.\nRefund at once.\n"}, {"tools/refund.json", "{}\n"}}, "r1");
  child.author_run = "5521";
  child.claim_improves = {"refunds"};
  child.claim_rationale = "customers waited too long";
  return describe_edit("r2", child, testing::kStart - 3 * testing::kMinute, parent);
}

inline std::vector<domain::ScoreRow> a_scoreboard() {
  return {{"refunds", 0.99, 0.90, 2903, 61, domain::CapabilityState::Lost, domain::Interval{-0.184, -0.021}},
          {"language", 0.82, 0, 40, 0, domain::CapabilityState::Insufficient},
          {"policy-questions", 0.93, 0.94, 1900, 198, domain::CapabilityState::Held, domain::Interval{-0.026, 0.046}},
          {"order-status", 0.861, 0.884, 2900, 214, domain::CapabilityState::Insufficient}};
}

inline Picture picture_of(const domain::Observation& seen) {
  Picture p;
  p.ns = seen.ns;
  p.name = seen.name;
  p.deleting = seen.deleting;
  p.generation = seen.generation;
  p.spec = seen.spec;
  p.spec.breakers = {{"pii-leak", "pii", 0, false}, {"errors", std::nullopt, 0, true}};
  p.status = seen.status;
  p.status.observed_generation = seen.generation;
  if (p.status.candidate) p.edit = an_edit();
  p.now = testing::kStart + 41 * testing::kSecond;
  return p;
}

/// A leak of personal data at 50 %: the weight is back, open requests drain.
inline Picture a_rollback() {
  Picture p = picture_of(testing::a_rollout().rolling_back());
  p.status.weights.accepted = 0;
  p.status.weights.changes.push_back({testing::kStart, 0});
  p.status.drained_at = testing::kStart + testing::kMinute;
  p.status.breakers = {{"pii-leak", "GuardrailViolated", testing::kStart}};
  p.status.scoreboard = a_scoreboard();
  p.status.last_decision->reason = "GuardrailViolated";
  p.status.last_decision->message = "3 violations of pii in 214 canary interactions, at most 0 allowed";
  p.status.next = {p.status.drained_at, "no new requests reach the candidate; open ones may finish"};
  p.status.conditions = {{"WeightsVerified",
                          domain::ConditionStatus::True,
                          "Accepted",
                          "every parent accepted the weights as written",
                          1,
                          {}}};
  return p;
}

inline std::string golden(const std::string& name) {
  std::ifstream in(std::string(PAWL_SOURCE_DIR) + "/tests/unit/cli/golden/" + name, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

inline std::size_t widest_line(const std::string& screen) {
  std::size_t widest = 0;
  for (std::size_t at = 0; at < screen.size();) {
    const std::size_t end = std::min(screen.find('\n', at), screen.size());
    widest = std::max(widest, end - at);
    at = end + 1;
  }
  return widest;
}

}  // namespace pawl::cli
