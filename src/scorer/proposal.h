// What a revision got wrong before it was taken back, as an object that people can make regression cases of. Pure.
//
// The object is a ConfigMap beside the rollout: text that the public may see anyway, in a shape that the admission
// policy pawl-scorers checks. It is no suite: its key is not that of cases, and nothing selects it. A person freezes
// it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "scorer/failure.h"

namespace pawl::scorer {

/// A revision whose content is quarantined for what it did to traffic; one that the gate refused had none.
struct TakenBack {
  std::string ns;
  std::string rollout;
  std::string rollout_uid;
  std::string agent;
  std::string revision;
  std::string digest;
  std::string reason;  ///< the rollout's word
  // Known while the decision is the rollout's last:
  std::string record;             ///< its decision record
  std::vector<std::string> lost;  ///< what its scoreboard calls lost: capabilities, and others such as "errors"
};

/// Of AgentRollout objects, newest last within each.
std::vector<TakenBack> taken_back(const std::vector<nlohmann::json>& rollouts);

inline constexpr std::size_t kProposedMax = 64;
inline constexpr std::size_t kProposedOfOneCapability = 16;
inline constexpr std::size_t kProposedBytesMax = std::size_t{256} << 10U;
inline constexpr const char* kProposedLabel = "pawl.dev/proposed-cases";
inline constexpr const char* kProposedKey = "records.jsonl";

/// The newest failures that it was taken back for, one of each input and at most so many, as a ConfigMap named by the
/// revision's digest, with the digest of its content. They are those in the capabilities it lost and the violations;
/// all of them when it lost none. What it gets wrong by chance elsewhere would stay in the regression tier for good.
/// What counts as a violation is scrubbed from every text, and the conversation is left out.
/// Nothing if there are none.
std::optional<nlohmann::json> proposal(const TakenBack& taken, const std::vector<Failure>& failures,
                                       const Grading& grading);

}  // namespace pawl::scorer
