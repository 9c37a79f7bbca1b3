// Labels for `pawl judge calibrate`: reading them, and showing what came of them. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "base/result.h"
#include "domain/gate/judge_calibration.h"

namespace pawl::cli {

/// One line of a labels file: {"criterion": text, "human": bool, "judge": bool or list of bools}, and to be judged anew
/// {"input": text, "answer": text, "reference": text}.
struct LabelLine {
  std::size_t line = 0;  ///< from 1
  domain::LabelledAnswer label;
  std::string input;
  std::optional<std::string> answer;
  std::optional<std::string> reference;
};

/// Blank lines are skipped. Malformed with the line, the field and what to do.
Result<std::vector<LabelLine>> read_labels(std::string_view text);

/// `fingerprint` is empty where the judge is not known.
std::string calibration_screen(const std::vector<domain::CriterionCalibration>& criteria,
                               const std::string& fingerprint);
nlohmann::json calibration_json(const std::vector<domain::CriterionCalibration>& criteria,
                                const std::string& fingerprint);

}  // namespace pawl::cli
