#include "model/instruction.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <utility>

#include "base/random.h"

namespace pawl::demo {
namespace {

constexpr std::size_t kBudget = 4;      // instructions in mind at once
constexpr double kFloor = 0.22;         // below this a sentence is not noticed
constexpr double kUnconditional = 0.3;  // a rule without a condition is always a little present
constexpr double kReach = 260;          // words after which a sentence counts 1/e
constexpr double kDilution = 900;       // words of prompt that halve everything
constexpr double kMood = 0.16;

bool has_word(const std::vector<std::string>& list, const char* word) {
  return std::find(list.begin(), list.end(), word) != list.end();
}

double emphasis_of(const std::vector<std::string>& list) {
  double emphasis = 1;
  if (has_word(list, "always") || has_word(list, "must") || has_word(list, "every")) emphasis += 0.25;
  if (has_word(list, "never")) emphasis += 0.4;
  if (has_word(list, "once") || has_word(list, "immediately")) emphasis += 0.25;
  return emphasis;
}

/// "When X, do Y" and "do Y when X" both give (Y, X).
std::pair<std::string, std::string> split_condition(const std::string& sentence) {
  for (const char* word : {"When ", "If "}) {
    const auto comma = sentence.find(',');
    if (sentence.rfind(word, 0) == 0 && comma != std::string::npos) {
      return {sentence.substr(comma + 1), sentence.substr(0, comma)};
    }
  }
  for (const char* word : {" when ", " if "}) {
    const auto at = sentence.find(word);
    if (at != std::string::npos) return {sentence.substr(0, at), sentence.substr(at)};
  }
  return {sentence, ""};
}

Instruction read_sentence(const std::string& sentence, int words_before) {
  const auto [action, condition] = split_condition(sentence);
  const std::vector<std::string> list = words(sentence);
  Instruction out;
  out.text = sentence;
  out.action = concepts(action);
  out.trigger = condition.empty() ? out.action : concepts(condition);
  out.conditional = !condition.empty();
  out.negative = has_word(list, "never") || has_word(list, "not");
  out.emphasis = emphasis_of(list);
  out.words_before = words_before;
  return out;
}

double attention_of(const Instruction& instruction, const Concepts& about, int total_words, std::string_view request) {
  double relevance = coverage(instruction.trigger, about);
  if (!instruction.conditional) relevance = std::max(relevance, kUnconditional);
  if (relevance <= 0) return 0;
  const double place = std::exp(-instruction.words_before / kReach) / (1 + total_words / kDilution);
  return relevance * instruction.emphasis * place * (1 + kMood * mood(instruction.text, request));
}

}  // namespace

std::vector<Instruction> read_prompt(std::string_view prompt) {
  std::vector<Instruction> out;
  std::string sentence;
  int before = 0;
  const auto flush = [&] {
    const auto start = sentence.find_first_not_of(" \t\r*#->");
    const std::string text = start == std::string::npos ? "" : sentence.substr(start);
    if (!text.empty()) out.push_back(read_sentence(text, before));
    before += static_cast<int>(words(sentence).size());
    sentence.clear();
  };
  for (std::size_t i = 0; i < prompt.size(); ++i) {
    const char c = prompt[i];
    const bool ends =
        (c == '.' || c == '!' || c == '?') && (i + 1 == prompt.size() || prompt[i + 1] == ' ' || prompt[i + 1] == '\n');
    if (c != '\n') sentence += c;
    else sentence += ' ';
    const bool blank_line = c == '\n' && i + 1 < prompt.size() && prompt[i + 1] == '\n';
    if (ends || blank_line) flush();
  }
  flush();
  return out;
}

double mood(std::string_view a, std::string_view b) {
  std::uint64_t hash = 14695981039346656037ULL;  // FNV-1a
  const auto eat = [&](std::string_view text) {
    for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
    hash = (hash ^ 0xFFU) * 1099511628211ULL;
  };
  eat(a);
  eat(b);
  return 2 * Random(hash).unit() - 1;
}

std::vector<Attended> attend(const std::vector<Instruction>& prompt, std::string_view request) {
  Concepts about = concepts(request);
  if (language_of(request) != Language::English) about.insert("language");
  int total = 0;
  if (!prompt.empty()) total = prompt.back().words_before + static_cast<int>(words(prompt.back().text).size());
  std::vector<Attended> out;
  for (const Instruction& instruction : prompt) {
    const double attention = attention_of(instruction, about, total, request);
    if (attention >= kFloor) out.push_back({&instruction, attention});
  }
  std::stable_sort(out.begin(), out.end(),
                   [](const Attended& a, const Attended& b) { return a.attention > b.attention; });
  if (out.size() > kBudget) out.resize(kBudget);
  return out;
}

}  // namespace pawl::demo
