#include "domain/gate/lint.h"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "base/counted.h"
#include "domain/gate/contamination.h"
#include "domain/gate/fold_text.h"
#include "domain/gate/sample_size.h"
#include "domain/gate/shingles.h"
#include "domain/gate/split.h"

namespace pawl::domain {
namespace {

constexpr const char* kConstants[] = {"yes",
                                      "no",
                                      "true",
                                      "false",
                                      "0",
                                      "1",
                                      "A",
                                      "B",
                                      "C",
                                      "D",
                                      "{}",
                                      "[]",
                                      "null",
                                      "I don't know.",
                                      "I cannot help with that.",
                                      "Sorry.",
                                      "OK",
                                      "Done."};
/// In a handful of cases a constant answer may be right often by chance.
constexpr std::size_t kConstantMin = 5;

class Linter {
 public:
  Linter(const std::vector<LintedSet>& sets, const LintRules& rules, const Passes& passes)
      : sets_(sets), rules_(rules), passes_(passes) {}

  std::vector<Finding> run() {
    duplicates();
    for (const LintedSet& set : sets_) {
      null_answers(set);
      constant_answers(set);
      if (set.held_out) canaries(set);
      capabilities(set);
      graders(set);
    }
    std::stable_sort(findings_.begin(), findings_.end(),
                     [](const Finding& a, const Finding& b) { return a.rule < b.rule; });
    return std::move(findings_);
  }

 private:
  void add(LintRule rule, const LintedSet& set, std::vector<std::string> cases, std::string message) {
    findings_.push_back({rule, set.name, std::move(cases), std::move(message)});
  }

  /// Prompts with their tools: one question with other tools is another task.
  void duplicates() {
    std::vector<std::pair<const LintedSet*, const Case*>> all;
    std::vector<std::vector<std::uint64_t>> shingles;
    std::vector<std::string> texts;
    for (const LintedSet& set : sets_) {
      for (const Case& one : set.cases) {
        all.emplace_back(&set, &one);
        texts.push_back(fold_text(prompt_text(one)));
        shingles.push_back(shingle_set(texts.back()));
      }
    }
    for (const NearPair& pair : near_pairs(shingles, rules_.near)) {
      const auto [first_set, first] = all[pair.first];
      const auto [second_set, second] = all[pair.second];
      const bool equal = texts[pair.first] == texts[pair.second];
      // Inside one set two questions with other expectations or tools may be meant: only across sets is it a leak.
      if (first_set == second_set && (first->tools != second->tools || first->expect != second->expect)) continue;
      const std::string where =
          first_set == second_set
              ? "in one set: the task counts twice; remove one"
              : "in two sets: one gives the other away; move both to one tier with `pawl suite split`, or remove one";
      add(equal ? LintRule::DuplicateExact : LintRule::DuplicateNear, *first_set,
          {first_set->name + ": " + first->id, second_set->name + ": " + second->id},
          equal ? "the same prompt " + where : fmt::format("prompts alike by {:.2f} {}", pair.similarity, where));
    }
  }

  void null_answers(const LintedSet& set) {
    std::vector<std::string> ids;
    for (const Case& one : set.cases) {
      if (passes_(one, "").value_or(false)) ids.push_back(one.id);
    }
    if (ids.empty()) return;
    const std::string message = counted(ids.size(), "case") + (ids.size() == 1 ? " is" : " are") +
                                " passed by an empty answer; add an expectation that only an answer meets";
    add(LintRule::NullAnswer, set, std::move(ids), message);
  }

  void constant_answers(const LintedSet& set) {
    std::map<std::string, std::vector<const Case*>> by_capability;
    for (const Case& one : set.cases) by_capability[one.capability].push_back(&one);
    for (const auto& [capability, cases] : by_capability) {
      if (cases.size() < kConstantMin) continue;
      for (const char* constant : kConstants) {
        std::vector<std::string> ids;
        for (const Case* one : cases) {
          // What the empty answer passes is reported already.
          if (passes_(*one, constant).value_or(false) && !passes_(*one, "").value_or(false)) ids.push_back(one->id);
        }
        if (static_cast<double>(ids.size()) < rules_.constant_share * static_cast<double>(cases.size())) continue;
        const std::string message =
            fmt::format("capability {}: the constant answer \"{}\" passes {} of {}; balance the expected answers",
                        capability, constant, ids.size(), counted(cases.size(), "case"));
        add(LintRule::ConstantAnswer, set, std::move(ids), message);
      }
    }
  }

  void canaries(const LintedSet& set) {
    std::vector<std::string> missing;
    std::vector<std::string> short_ones;
    for (const Case& one : set.cases) {
      if (one.canary.empty()) missing.push_back(one.id);
      else if (squeeze(fold_text(one.canary)).size() < kCanaryMin) short_ones.push_back(one.id);
    }
    if (!missing.empty()) {
      const std::string message =
          counted(missing.size(), "held-out case has", "held-out cases have") +
          " no canary; give each a string of its own, such as \"pawl-canary-\" and a random UUID";
      add(LintRule::CanaryMissing, set, std::move(missing), message);
    }
    if (!short_ones.empty()) {
      const std::string message =
          fmt::format("{} fewer than {} letters and digits and might occur by chance; make them longer",
                      counted(short_ones.size(), "canary has", "canaries have"), kCanaryMin);
      add(LintRule::CanaryShort, set, std::move(short_ones), message);
    }
  }

  void capabilities(const LintedSet& set) {
    std::map<std::string, std::size_t> counts;
    for (const Case& one : set.cases) ++counts[one.capability];
    for (const auto& [capability, count] : counts) {
      if (count >= rules_.capability_min) continue;
      add(LintRule::CapabilitySmall, set, {},
          fmt::format(
              "capability {} has {}, a protected one needs {} (and {} to see a loss of 10 points if a tenth of the cases differ; level 0.05, power 0.8); add cases or drop the protection",
              capability, counted(count, "case"), rules_.capability_min, paired_cases_needed(0.10, 0.10, 0.05, 0.8)));
    }
  }

  void graders(const LintedSet& set) {
    if (rules_.graders.empty()) return;
    std::map<std::string, std::vector<std::string>> unknown;
    for (const Case& one : set.cases) {
      for (const Expectation& expectation : one.expect) {
        if (std::find(rules_.graders.begin(), rules_.graders.end(), expectation.grader) == rules_.graders.end()) {
          unknown[expectation.grader].push_back(one.id);
        }
      }
    }
    for (auto& [grader, ids] : unknown) {
      add(LintRule::UnknownGrader, set, std::move(ids),
          fmt::format("grader {} is not one of pawl's; correct its name", grader));
    }
  }

  const std::vector<LintedSet>& sets_;
  const LintRules& rules_;
  const Passes& passes_;
  std::vector<Finding> findings_;
};

}  // namespace

std::string_view to_string(LintRule rule) {
  switch (rule) {
    case LintRule::DuplicateExact:
      return "duplicate-exact";
    case LintRule::DuplicateNear:
      return "duplicate-near";
    case LintRule::NullAnswer:
      return "null-answer";
    case LintRule::ConstantAnswer:
      return "constant-answer";
    case LintRule::CanaryMissing:
      return "canary-missing";
    case LintRule::CanaryShort:
      return "canary-short";
    case LintRule::CapabilitySmall:
      return "capability-small";
    case LintRule::UnknownGrader:
      return "unknown-grader";
    case LintRule::Unscannable:
      return "unscannable";
    case LintRule::Draft:
      return "draft";
    case LintRule::FrozenId:
      return "frozen-id";
    case LintRule::FrozenMissing:
      return "frozen-missing";
    case LintRule::FrozenUnknown:
      return "frozen-unknown";
    case LintRule::WaiverUnused:
      return "waiver-unused";
  }
  return "?";
}

std::vector<Finding> lint(const std::vector<LintedSet>& sets, const LintRules& rules, const Passes& passes) {
  return Linter(sets, rules, passes).run();
}

}  // namespace pawl::domain
