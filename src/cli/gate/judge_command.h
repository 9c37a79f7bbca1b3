// `pawl judge calibrate`: may this judge decide? It asks no cluster.
#pragma once

#include <functional>
#include <iosfwd>
#include <optional>
#include <string>

#include "base/result.h"
#include "grading/judge.h"

namespace pawl::cli {

struct CalibrateOrder {
  std::string labels;  ///< text of the labels file
  std::string model;   ///< empty: not named
  std::string rubric;
  std::optional<grading::JudgeTransport> transport;  ///< absent: the labels carry the judge's verdicts
  int repeats = 1;                                   ///< how often each answer is judged, 1 to 100
  bool json = false;
};

/// 0: every criterion may gate. 5: one of them may only inform. 1: the labels or the judge cannot be used.
int run_calibrate(const CalibrateOrder& order, const std::function<Result<std::string>()>& nonce, std::ostream& out,
                  std::ostream& err);

}  // namespace pawl::cli
