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
  }
  return out;
}

bool CaseGraders::asks_model(std::size_t at) const {
  return std::any_of(graders_[at].begin(), graders_[at].end(), [](const auto& grader) { return !grader; });
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
  const domain::Case& one = (*cases_)[at];
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
  const std::string judge = judge_ ? domain::judge_fingerprint(judge_->model, "", grading::judge_prompt()) : "";
  return sha256_hex("graders " + std::string(kGradersVersion) + "\njudge " + judge + "\n");
}

}  // namespace pawl::gate
