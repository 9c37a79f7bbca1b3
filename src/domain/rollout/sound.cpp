#include "domain/rollout/sound.h"

namespace pawl::domain {
namespace {

struct Parts {
  bool stable = false;
  bool candidate = false;
};

Parts parts_of(Phase phase) {
  switch (phase) {
    case Phase::Pending:
      return {};
    case Phase::Starting:
    case Phase::Stable:
      return {.stable = true, .candidate = false};
    case Phase::Preparing:
    case Phase::Canary:
    case Phase::Promoting:
    case Phase::RollingBack:
      return {.stable = true, .candidate = true};
  }
  return {};
}

std::string name_of(Phase phase) {
  switch (phase) {
    case Phase::Pending:
      return "Pending or cannot be read";
    case Phase::Starting:
      return "Starting";
    case Phase::Stable:
      return "Stable";
    case Phase::Preparing:
      return "Preparing";
    case Phase::Canary:
      return "Canary";
    case Phase::Promoting:
      return "Promoting";
    case Phase::RollingBack:
      return "RollingBack";
  }
  return "?";
}

/// Nothing if it is as its phase has it: known by name and content, or not there.
std::string fault(const char* path, bool wanted, const RevisionRef* found) {
  const bool usable = found != nullptr && !found->digest.empty();
  if (wanted) return usable ? "" : std::string(path) + " is missing or cannot be read";
  return found == nullptr ? "" : std::string(path) + " is set";
}

}  // namespace

std::optional<std::string> unsound(const RolloutStatus& status) {
  const Parts wanted = parts_of(status.phase);
  const std::string stable = fault("status.stable", wanted.stable, status.stable ? &*status.stable : nullptr);
  const std::string candidate =
      fault("status.candidate", wanted.candidate, status.candidate ? &status.candidate->revision : nullptr);
  if (stable.empty() && candidate.empty()) return std::nullopt;
  const char* const between = stable.empty() || candidate.empty() ? "" : ", ";
  return "status.phase is " + name_of(status.phase) + ", but " + stable + between + candidate;
}

}  // namespace pawl::domain
