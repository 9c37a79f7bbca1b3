// What the exams of the gate share: a suite of twelve capabilities, a stable that knows two of three cases, and the
// real command over real HTTP.
#pragma once

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "base/system_clock.h"
#include "cli/gate/gate_commands.h"
#include "cli/goal.h"
#include "exam/agent.h"
#include "suite/case_codec.h"
#include "suite/frozen.h"
#include "unit/gate/cases.h"

namespace pawl::cli {

using exam::Agent;
using exam::Said;
using gate::tests::TemporaryFile;
using nlohmann::json;

inline constexpr int kCapabilities = 12;
inline constexpr int kCases = 24;

inline std::string capability(int i) { return "skill-" + std::string(1, static_cast<char>('a' + i)); }

/// "What is <capability> number <i> of the shop?", and "the answer is <i>" is right.
inline domain::Case exam_case(int skill, int i) {
  domain::Case one = gate::tests::a_case(capability(skill), i);
  one.input[0].content = "What does the shop say about " + capability(skill) + " number " + std::to_string(i) +
                         " in the winter season of this year?";
  one.expect[0].parameters = R"({"values":["the answer is )" + std::to_string(i) + R"("]})";
  return one;
}

inline std::vector<domain::Case> exam_cases() {
  std::vector<domain::Case> cases;
  for (int skill = 0; skill < kCapabilities; ++skill) {
    for (int i = 0; i < kCases; ++i) cases.push_back(exam_case(skill, i));
  }
  return cases;
}

struct Asked {
  int skill = 0;
  int i = 0;
};
inline Asked asked(const std::string& question) {
  const std::size_t skill = question.find("skill-");
  const std::size_t number = question.find("number ");
  if (skill == std::string::npos || number == std::string::npos) return {};
  return {question[skill + 6] - 'a', std::atoi(question.c_str() + number + 7)};
}
inline Said right(const Asked& q) { return {"the answer is " + std::to_string(q.i)}; }

/// Knows two of three cases of every capability.
inline Said stable_says(const std::string& question) {
  const Asked q = asked(question);
  return q.i % 3 == 0 ? Said{"I do not know"} : right(q);
}
/// Knows all.
inline Said better_says(const std::string& question) { return right(asked(question)); }

struct Ran {
  int code = 0;
  std::string out;
  std::string err;
  json report;  ///< null if none was written
};

class GateExam : public ::testing::Test {
 protected:
  GateExam() { suite.write(suite::write_cases(exam_cases())); }

  GateRunOrder order(const Agent& candidate) const {
    GateRunOrder out;
    out.suites = {suite.path()};
    out.candidate = candidate.url();
    out.stable = stable.url();
    out.seed = 1;
    out.claims = {"skill-a"};
    return out;
  }

  Ran run(GateRunOrder asked_for) const {
    const TemporaryFile report("report.json");
    asked_for.reports.push_back("json=" + report.path());
    std::ostringstream out;
    std::ostringstream err;
    const SystemClock clock;
    Ran ran;
    ran.code = run_gate_run({out, err, false, false}, asked_for, clock, {});
    ran.out = out.str();
    ran.err = err.str();
    ran.report = json::parse(report.text(), nullptr, false);
    if (ran.report.is_discarded()) ran.report = nullptr;
    return ran;
  }

  TemporaryFile suite{"held-out.jsonl"};
  Agent stable{"stable-bundle", stable_says};
};

}  // namespace pawl::cli
