#include "gate/case_graders.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "base/sha256.h"
#include "domain/gate/judge_calibration.h"
#include "suite/words.h"

namespace pawl::gate {
namespace {

using Json = nlohmann::json;

/// What the agent was asked, as text for a judge.
std::string conversation(const domain::Case& one) {
  if (one.input.size() == 1) return one.input.front().content;
  std::string out;
  for (const domain::Message& message : one.input) {
    out += std::string(json::enum_name(suite::kRoleNames, message.role)) + ": " + message.content + "\n";
  }
  return out;
}

/// The answer's text and its calls: a model judges both.
std::string material(const domain::Answer& answer) {
  std::string out = answer.text;
  for (const domain::ToolCall& call : answer.tool_calls) out += "\ncalls " + call.name + " with " + call.arguments;
  return out;
}

Result<grading::JudgeTask> task_of(const domain::Case& one, const domain::Expectation& expectation,
                                   const domain::Answer& answer) {
  const Json parameters = Json::parse(expectation.parameters, nullptr, false);
  const char* key = expectation.grader == "rubric" ? "rubric" : "value";
  if (!parameters.is_object() || !parameters.contains(key) || !parameters[key].is_string()) {
    return fail(ErrorKind::Invalid, "grader " + expectation.grader + ": '" + key + "' must be a text");
  }
  const auto text = parameters[key].get<std::string>();
  grading::JudgeTask task{text, conversation(one), material(answer), std::nullopt};
  if (expectation.grader == "factuality") {
    task.rubric =
        "The answer agrees with the facts of the reference: it contradicts none of them and leaves out none that the question asks for.";
    task.reference = text;
  } else if (expectation.grader == "closed-qa") {
    task.rubric = "The answer meets this criterion: " + text;
  }
  return task;
}

}  // namespace

Result<CaseGraders> CaseGraders::make(const std::vector<domain::Case>& cases, std::optional<Judge> judge) {
  CaseGraders out(cases, std::move(judge));
  for (const domain::Case& one : cases) {
    auto& graders = out.graders_.emplace_back();
    for (const domain::Expectation& expectation : one.expect) {
      if (grading::needs_judge(expectation.grader)) {
        if (!out.judge_) {
          return fail(ErrorKind::Invalid, "case " + one.id + ": grader " + expectation.grader +
                                              " asks a model, and no judge is named; name one, or leave the case out");
        }
        if (const auto task = task_of(one, expectation, {}); !task) return fail(task.error().during("case " + one.id));
        graders.emplace_back();
        continue;
      }
      auto grader = grading::Grader::make(expectation, one.tools);
      if (!grader) return fail(grader.error().during("case " + one.id));
      graders.emplace_back(std::move(*grader));
    }
    out.leave_out_uncalibrated(out.graders_.size() - 1);
  }
  return out;
}

bool CaseGraders::decides(const domain::Case& one, const domain::Expectation& expectation) const {
  if (!grading::needs_judge(expectation.grader)) return true;
  const auto task = task_of(one, expectation, {});
  return task &&
         judge_->calibrated.contains(domain::judge_fingerprint(judge_->model, task->rubric, grading::judge_prompt()));
}

void CaseGraders::leave_out_uncalibrated(std::size_t at) {
  const domain::Case& one = (*cases_)[at];
  std::vector<bool> deciding;
  for (const domain::Expectation& expectation : one.expect) deciding.push_back(decides(one, expectation));
  const auto count = std::count(deciding.begin(), deciding.end(), true);
  informing_.push_back(count == 0 && !one.expect.empty());
  if (count == 0 || count == static_cast<std::ptrdiff_t>(one.expect.size())) return;
  domain::Case reduced = one;
  reduced.expect.clear();
  std::vector<std::optional<grading::Grader>> graders;
  for (std::size_t i = 0; i < deciding.size(); ++i) {
    if (!deciding[i]) continue;
    reduced.expect.push_back(one.expect[i]);
    graders.push_back(std::move(graders_[at][i]));
  }
  graders_[at] = std::move(graders);
  reduced_.emplace(at, std::move(reduced));
}

bool CaseGraders::asks_model(std::size_t at) const {
  return std::any_of(graders_[at].begin(), graders_[at].end(), [](const auto& grader) { return !grader; });
}

std::optional<domain::JudgeErrors> CaseGraders::judge_errors(std::size_t at) const {
  const auto reduced = reduced_.find(at);
  const domain::Case& one = reduced == reduced_.end() ? (*cases_)[at] : reduced->second;
  if (informs(at) || one.expect.size() != 1 || one.expect.front().negate ||
      !grading::needs_judge(one.expect.front().grader)) {
    return std::nullopt;
  }
  const auto task = task_of(one, one.expect.front(), {});
  if (!task) return std::nullopt;
  const auto found =
      judge_->errors.find(domain::judge_fingerprint(judge_->model, task->rubric, grading::judge_prompt()));
  return found == judge_->errors.end() ? std::nullopt : std::optional(found->second);
}

domain::Graded CaseGraders::ask_judge(const domain::Case& one, const domain::Expectation& expectation,
                                      const domain::Answer& answer) const {
  const auto task = task_of(one, expectation, answer);
  if (!task) return fail(task.error());
  const auto nonce = judge_->nonce();
  if (!nonce) return fail(nonce.error());
  auto graded = grading::ask_judge(judge_->model, *task, answer, *nonce, judge_->transport);
  const bool counts_as_it_is = !graded || !expectation.negate || !answer.error.empty();
  return counts_as_it_is ? graded
                         : domain::Graded(domain::Score{1 - graded->value, "must not hold: " + graded->reason});
}

domain::JudgedAnswer CaseGraders::judge(std::size_t at, int epoch, const domain::Answer& answer) const {
  const auto reduced = reduced_.find(at);
  const domain::Case& one = reduced == reduced_.end() ? (*cases_)[at] : reduced->second;
  std::vector<domain::Graded> graded;
  for (std::size_t i = 0; i < one.expect.size(); ++i) {
    const auto& grader = graders_[at][i];
    graded.push_back(grader ? grader->grade(answer) : ask_judge(one, one.expect[i], answer));
  }
  domain::JudgedAnswer out;
  out.case_id = one.id;
  out.epoch = epoch;
  out.cost_usd = answer.cost_usd;
  out.latency = answer.latency;
  out.unanswered = !answer.error.empty();
  const auto score = grading::combine(one, graded);
  if (score) {
    out.score = score->score;
    out.passed = score->passed;
    out.reason = score->reason;
  } else {
    out.reason = score.error().message;
  }
  return out;
}

std::string CaseGraders::digest() const {
  std::string judge = judge_ ? domain::judge_fingerprint(judge_->model, "", grading::judge_prompt()) : "";
  for (const std::string& fingerprint : judge_ ? judge_->calibrated : std::set<std::string>()) {
    judge += "\ncalibrated " + fingerprint;
  }
  return sha256_hex("graders " + std::string(kGradersVersion) + "\njudge " + judge + "\n");
}

}  // namespace pawl::gate
