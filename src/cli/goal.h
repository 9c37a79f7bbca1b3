// What `pawl wait` waits for, and what it answers. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "domain/rollout/status.h"

namespace pawl::cli {

/// Exit codes, the same for every command.
inline constexpr int kDone = 0;
inline constexpr int kFailed = 1;      ///< usage, access or API error
inline constexpr int kRolledBack = 2;  ///< rolled back or rejected, or the chain is broken
inline constexpr int kDiffers = 2;     ///< replay: the samples give another verdict than the recorded one
inline constexpr int kTimeout = 3;     ///< still under way
inline constexpr int kInconclusive = 5;
inline constexpr int kSuperseded = 6;  ///< withdrawn or superseded

enum class Goal { Promoted, RolledBack, Stable };

std::optional<Goal> parse_goal(std::string_view word);

struct WaitAnswer {
  int exit_code = kDone;
  std::string text;
};

/// `revision` is the edit that is waited for; empty: any. Nothing: go on waiting.
std::optional<WaitAnswer> judge_wait(const domain::RolloutStatus& status, std::int64_t generation, Goal goal,
                                     const std::string& revision);

/// The answer of an edit that never begins: refused or superseded while it waited. Nothing: it may still begin.
std::optional<WaitAnswer> judge_refusal(const domain::RevisionStatus& status, const std::string& revision);

}  // namespace pawl::cli
