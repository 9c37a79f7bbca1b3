// Deterministic grading: which capability an input asks for, whether the answer was right, and what harm it did.
// Rules come from a YAML file; see hack/demo/scorer.yaml for every form.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "grading/pattern.h"
#include "scorer/interaction.h"

namespace pawl::scorer {

enum class CheckKind { MustMatch, MustNotMatch, ToolCalled, ToolNotCalled, ArgumentFromInput };

struct Check {
  CheckKind kind = CheckKind::MustMatch;
  std::string text;                      ///< as written, for people
  std::optional<grading::Pattern> when;  ///< on the input; the check is skipped where it does not match
  std::optional<grading::Pattern>
      pattern;  ///< MustMatch and MustNotMatch: on the output. ArgumentFromInput: group 1 is expected
  std::string tool;
  std::string argument;
};

struct Capability {
  std::string name;
  std::optional<grading::Pattern> input;
  std::vector<Check> checks;
};

struct Violation {
  std::string name;  ///< the class, such as "pii"
  std::optional<grading::Pattern> output;
  bool card_numbers = false;
};

struct Grade {
  std::string capability;  ///< empty: no rule knows this input, nothing is scored
  double score = 0;        ///< share of the applicable checks that passed
  std::vector<std::string> failed;
  std::vector<std::string> violations;  ///< each class once
};

class Grading {
 public:
  static Result<Grading> from_yaml(const std::string& text);

  [[nodiscard]] Grade grade(const Interaction& interaction) const;
  [[nodiscard]] const std::string& evaluator() const { return evaluator_; }
  [[nodiscard]] const std::string& version() const { return version_; }
  [[nodiscard]] const std::vector<Capability>& capabilities() const { return capabilities_; }

 private:
  [[nodiscard]] const Capability* capability_of(const Interaction& interaction) const;

  std::string evaluator_ = "rules";
  std::string version_ = "1";
  std::vector<Capability> capabilities_;
  std::vector<Violation> violations_;
};

}  // namespace pawl::scorer
