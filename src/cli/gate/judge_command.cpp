#include "cli/gate/judge_command.h"

#include <algorithm>
#include <ostream>

#include <nlohmann/json.hpp>

#include "cli/gate/judge_labels.h"
#include "cli/goal.h"
#include "cli/text.h"

namespace pawl::cli {
namespace {

Result<bool> judged_once(const CalibrateOrder& order, const LabelLine& line, const std::string& nonce) {
  domain::Answer answer;
  answer.text = *line.answer;
  const grading::JudgeTask task{
      .rubric = order.rubric, .input = line.input, .answer = *line.answer, .reference = line.reference};
  const auto outcome = grading::ask_judge(order.model, task, answer, nonce, *order.transport);
  if (!outcome) return fail(outcome.error().during("line " + std::to_string(line.line)));
  return outcome->value > 0;
}

/// The judge's own verdicts, as often as asked, in place of those of the file.
Status judge_anew(const CalibrateOrder& order, const std::function<Result<std::string>()>& nonce,
                  std::vector<LabelLine>& lines) {
  for (LabelLine& line : lines) {
    if (!line.answer) {
      return fail(ErrorKind::Malformed, "line " + std::to_string(line.line) + ": answer: is required to ask the judge");
    }
    line.label.judge.clear();
    for (int i = 0; i < order.repeats; ++i) {
      const auto key = nonce();
      if (!key) return fail(key.error());
      const auto passes = judged_once(order, line, *key);
      if (!passes) return fail(passes.error());
      line.label.judge.push_back(*passes);
    }
  }
  return {};
}

Status check(const CalibrateOrder& order) {
  if (!order.transport) return {};
  if (order.model.empty() || order.rubric.empty()) {
    return fail(ErrorKind::Invalid, "--endpoint needs --model and --rubric");
  }
  return {};
}

Result<std::vector<domain::CriterionCalibration>> calibrated(const CalibrateOrder& order,
                                                             const std::function<Result<std::string>()>& nonce) {
  if (const auto checked = check(order); !checked) return fail(checked.error());
  auto lines = read_labels(order.labels);
  if (!lines) return fail(lines.error().during("--labels"));
  if (order.transport) {
    if (const auto done = judge_anew(order, nonce, *lines); !done) return fail(done.error());
  }
  std::vector<domain::LabelledAnswer> labels;
  for (LabelLine& line : *lines) {
    if (line.label.judge.empty()) {
      return fail(ErrorKind::Malformed,
                  "line " + std::to_string(line.line) +
                      ": judge: is required; or name --endpoint, --model and --rubric, and the judge is asked");
    }
    labels.push_back(std::move(line.label));
  }
  return domain::calibrate(labels, {});
}

}  // namespace

int run_calibrate(const CalibrateOrder& order, const std::function<Result<std::string>()>& nonce, std::ostream& out,
                  std::ostream& err) {
  const auto criteria = calibrated(order, nonce);
  if (!criteria) {
    err << "pawl: " << printable(criteria.error().message) << "\n";
    return kFailed;
  }
  const bool named = !order.model.empty() && !order.rubric.empty();
  const std::string fingerprint =
      named ? domain::judge_fingerprint(order.model, order.rubric, grading::judge_prompt()) : "";
  if (order.json) {
    out << calibration_json(*criteria, fingerprint).dump(2, ' ', false, nlohmann::json::error_handler_t::replace)
        << "\n";
  } else out << calibration_screen(*criteria, fingerprint);
  const bool all = std::all_of(criteria->begin(), criteria->end(), [](const auto& c) { return c.may_gate; });
  return all ? kDone : kInconclusive;
}

}  // namespace pawl::cli
