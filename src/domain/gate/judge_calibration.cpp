#include "domain/gate/judge_calibration.h"

#include <algorithm>
#include <cmath>
#include <map>

#include <fmt/format.h>

#include "base/sha256.h"
#include "domain/evidence/normal.h"

namespace pawl::domain {
namespace {

bool majority(const std::vector<bool>& verdicts) {
  return 2 * std::count(verdicts.begin(), verdicts.end(), true) > static_cast<std::ptrdiff_t>(verdicts.size());
}

void count(CriterionCalibration& out, const LabelledAnswer& label) {
  const bool judged = majority(label.judge);
  if (label.human) ++(judged ? out.true_pass : out.false_fail);
  else ++(judged ? out.false_pass : out.true_fail);
}

/// The chance that two of an answer's judgements, drawn without putting back, agree.
double agreement(const std::vector<bool>& verdicts) {
  const auto n = static_cast<double>(verdicts.size());
  const auto passes = static_cast<double>(std::count(verdicts.begin(), verdicts.end(), true));
  return (passes * (passes - 1) + (n - passes) * (n - passes - 1)) / (n * (n - 1));
}

struct Repeats {
  double agreement = 0;
  int answers = 0;
};

void measure(CriterionCalibration& out, const CalibrationBar& bar) {
  const double good = out.true_pass + out.false_fail;
  const double bad = out.true_fail + out.false_pass;
  const double n = good + bad;
  out.tpr = good > 0 ? out.true_pass / good : 0;
  out.tnr = bad > 0 ? out.true_fail / bad : 0;
  out.tpr_interval = wilson(out.true_pass, good, bar.alpha);
  out.tnr_interval = wilson(out.true_fail, bad, bar.alpha);
  const double passed = (out.true_pass + out.false_pass) / n;
  const double observed = (out.true_pass + out.true_fail) / n;
  const double expected = passed * good / n + (1 - passed) * bad / n;
  if (expected >= 1) return;
  out.kappa = (observed - expected) / (1 - expected);
  // A judge that agreed on every label is not certain to agree for ever: half an error is counted.
  const double cautious = std::min(observed, 1 - 0.5 / n);
  out.kappa_lower = out.kappa - normal_quantile(1 - bar.alpha) *
                                    std::sqrt(cautious * (1 - cautious) / (n * (1 - expected) * (1 - expected)));
}

std::string first_miss(const CriterionCalibration& c, const CalibrationBar& bar) {
  const int good = c.true_pass + c.false_fail;
  const int bad = c.true_fail + c.false_pass;
  if (std::min(good, bad) < bar.labels_per_class) {
    return fmt::format("{} good and {} bad labels; {} of each are needed", good, bad, bar.labels_per_class);
  }
  if (c.tpr < bar.tpr) {
    return fmt::format("it passes {:.0f} % of the good answers; {:.0f} % are needed", 100 * c.tpr, 100 * bar.tpr);
  }
  if (c.tnr < bar.tnr) {
    return fmt::format("it fails {:.0f} % of the bad answers; {:.0f} % are needed", 100 * c.tnr, 100 * bar.tnr);
  }
  if (c.kappa_lower < bar.kappa_lower) {
    return fmt::format("kappa is at least {:.2f}; {:.2f} is needed: label more answers", c.kappa_lower,
                       bar.kappa_lower);
  }
  if (c.consistency && *c.consistency < bar.consistency) {
    return fmt::format("it agrees with itself {:.0f} % of the time; {:.0f} % are needed", 100 * *c.consistency,
                       100 * bar.consistency);
  }
  return {};
}

}  // namespace

std::vector<CriterionCalibration> calibrate(const std::vector<LabelledAnswer>& labels, const CalibrationBar& bar) {
  std::map<std::string, CriterionCalibration> by_criterion;
  std::map<std::string, Repeats> repeats;
  for (const LabelledAnswer& label : labels) {
    if (label.judge.empty()) continue;
    count(by_criterion[label.criterion], label);
    if (label.judge.size() < 2) continue;
    repeats[label.criterion].agreement += agreement(label.judge);
    ++repeats[label.criterion].answers;
  }
  std::vector<CriterionCalibration> out;
  for (auto& [name, criterion] : by_criterion) {
    criterion.criterion = name;
    measure(criterion, bar);
    if (const Repeats& own = repeats[name]; own.answers > 0) criterion.consistency = own.agreement / own.answers;
    criterion.why_not = first_miss(criterion, bar);
    criterion.may_gate = criterion.why_not.empty();
    out.push_back(std::move(criterion));
  }
  return out;
}

Result<CorrectedRate> correct_rate(double judged_rate, int n, double q1, int m1, double q0, int m0, double alpha) {
  const double power = q0 + q1 - 1;
  if (n <= 0 || m0 <= 0 || m1 <= 0) {
    return fail(ErrorKind::Invalid, "a rate cannot be corrected without answers, good labels and bad labels");
  }
  if (!(power > 0)) {
    return fail(ErrorKind::Invalid,
                "the judge is no better than chance (TPR + TNR is not above 1): its rates mean nothing");
  }
  const double rate = std::clamp((judged_rate + q0 - 1) / power, 0.0, 1.0);
  const double variance = (judged_rate * (1 - judged_rate) / n + (1 - rate) * (1 - rate) * q0 * (1 - q0) / m0 +
                           rate * rate * q1 * (1 - q1) / m1) /
                          (power * power);
  const double half = normal_quantile(1 - alpha / 2) * std::sqrt(variance);
  return CorrectedRate{rate, half, {std::max(0.0, rate - half), std::min(1.0, rate + half)}};
}

Result<CorrectedRate> correct_rate(double judged_rate, int n, const CriterionCalibration& judge, double alpha) {
  return correct_rate(judged_rate, n, judge.tpr, judge.true_pass + judge.false_fail, judge.tnr,
                      judge.true_fail + judge.false_pass, alpha);
}

Result<CorrectedRate> correct_rate(double judged_rate, int n, const JudgeErrors& judge, double alpha) {
  const int good = judge.true_pass + judge.false_fail;
  const int bad = judge.true_fail + judge.false_pass;
  const auto share = [](int part, int whole) { return whole > 0 ? static_cast<double>(part) / whole : 0.0; };
  return correct_rate(judged_rate, n, share(judge.true_pass, good), good, share(judge.true_fail, bad), bad, alpha);
}

std::string judge_fingerprint(std::string_view model, std::string_view rubric, std::string_view prompt) {
  // Lengths keep the parts apart: moving a word from one to the next is a change.
  std::string text = "pawl judge 1\n";
  for (const std::string_view part : {model, rubric, prompt}) ((text += std::to_string(part.size())) += '\n') += part;
  return sha256_hex(text);
}

}  // namespace pawl::domain
