// The judge of a run, from what its flags say.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "gate/case_graders.h"

namespace pawl::gate {

struct JudgeOrder {
  std::string endpoint{};  ///< empty: there is no judge
  std::string model{};
  std::string key{};                        ///< bearer token; empty: none
  std::string agent_model{};                ///< nobody judges itself, so it must be known
  std::vector<std::string> calibrations{};  ///< texts that `pawl judge calibrate -o json` wrote
};

/// Invalid, with the flag, if the judge is the agent's own model or either is not known, if the endpoint is no URL, or
/// if a calibration cannot be read.
Result<std::optional<Judge>> make_judge(const JudgeOrder& order);

/// The fingerprint that a calibration lets decide; nothing if one of its criteria misses the bar. Malformed if the text
/// is no calibration, Invalid if it is bound to no judge.
Result<std::optional<std::string>> read_calibration(std::string_view text);

/// How often the judge erred on the labels of a calibration that can be read, over all of its criteria; nothing where
/// it has no counts, or not for good and bad answers both.
std::optional<domain::JudgeErrors> read_judge_errors(std::string_view text);

}  // namespace pawl::gate
