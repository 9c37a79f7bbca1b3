// Asking a model to judge: the request, and the strict reading of its answer. Sending it is the caller's.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "domain/gate/answer.h"
#include "domain/gate/graded.h"

namespace pawl::grading {

/// What is judged, and by what. All of it but the rubric is material: it may try to give orders.
struct JudgeTask {
  std::string rubric;  ///< what a good answer is
  std::string input;   ///< what the agent was asked
  std::string answer;
  std::optional<std::string> reference;  ///< a right answer, where there is one
};

/// Invalid if both are one model (compared without case and without a provider's prefix), or if either is not known: a
/// model prefers its own words (arXiv 2306.05685).
Status check_judge_model(std::string_view judge, std::string_view candidate);

/// The body of an OpenAI-compatible POST /v1/chat/completions: temperature 0, answer by JSON Schema. `nonce` delimits
/// the material: at least 16 letters and digits, new for every request, from a source that the agent cannot foresee.
/// Invalid if it is too short or occurs in the task: take another.
Result<std::string> judge_request(const std::string& model, const JudgeTask& task, std::string_view nonce);

/// The instructions that every request carries, for the fingerprint of a judge.
std::string_view judge_prompt();

struct Judgement {
  bool passes = false;
  std::string reason;
  std::string model;        ///< as the endpoint names it
  std::string fingerprint;  ///< its system_fingerprint; may be empty
};
/// Malformed on anything but {"reason": text, "verdict": "pass"|"fail"} in a finished message.
Result<Judgement> read_judgement(std::string_view response);

/// Sends a body, gives the response's body.
using JudgeTransport = std::function<Result<std::string>(const std::string& body)>;
/// Request, transport, reading: whatever fails is a grader's error. An agent that failed scores 0 without being judged.
domain::Graded ask_judge(const std::string& model, const JudgeTask& task, const domain::Answer& answer,
                         std::string_view nonce, const JudgeTransport& transport);

}  // namespace pawl::grading
