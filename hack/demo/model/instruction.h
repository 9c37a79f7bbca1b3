// A prompt as the small model reads it: each sentence is one instruction, "do this when that".
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "model/concepts.h"

namespace pawl::demo {

struct Instruction {
  std::string text;
  Concepts trigger;  ///< what the request must be about; the action's own concepts when there is no "when"
  Concepts action;   ///< what to do
  bool conditional = false;
  bool negative = false;  ///< "never", "do not"
  double emphasis = 1;    ///< loud words ("always", "at once", "never") draw attention
  int words_before = 0;   ///< where in the prompt it stands
};

/// Splits at sentence ends and line breaks. Markdown marks are ignored.
std::vector<Instruction> read_prompt(std::string_view prompt);

struct Attended {
  const Instruction* instruction = nullptr;
  double attention = 0;
};

/// The few instructions that the model has in mind for this request, strongest first. The budget is limited:
/// text further down counts less, a longer prompt makes every sentence weaker, and loud sentences drown quiet ones.
std::vector<Attended> attend(const std::vector<Instruction>& prompt, std::string_view request);

/// A number in [-1, 1] that two texts decide: the model's moods, the same on every machine and in every run.
double mood(std::string_view a, std::string_view b);

}  // namespace pawl::demo
