#include "domain/gate/short_index.h"

#include <algorithm>

#include "domain/gate/fold_text.h"
#include "domain/gate/hashing.h"

namespace pawl::domain {
namespace {

/// Words between a question and its answer: what a line of JSON puts there, and a sentence.
constexpr std::size_t kReach = 30;
/// A case with more accepted answers is looked for by the first ones.
constexpr std::size_t kAnswersMax = 64;

std::uint64_t joined(std::uint64_t hash, std::uint64_t word) { return mix(hash ^ word) + word; }

/// Enough to be that question and no other: "yes" or "and then?" are not.
bool identifies(const std::string& folded, std::size_t words) {
  return words >= kShortWordsMin && squeeze(folded).size() >= kShortCharactersMin;
}

bool stands_in(const std::vector<std::uint64_t>& text, std::size_t begin, std::size_t end,
               const std::vector<std::uint64_t>& answer) {
  const auto first = text.begin() + static_cast<std::ptrdiff_t>(begin);
  const auto last = text.begin() + static_cast<std::ptrdiff_t>(end);
  return std::search(first, last, answer.begin(), answer.end()) != last;
}

}  // namespace

FoldedCase fold_case(const SecretTexts& texts) {
  const auto folded = [](const std::vector<std::string>& from) {
    std::vector<FoldedText> out;
    for (const std::string& text : from) {
      out.push_back({fold_text(text), {}});
      out.back().words = word_hashes(out.back().text);
    }
    return out;
  };
  return {folded(texts.prompts), folded(texts.answers)};
}

bool scannable(const FoldedCase& folded) {
  const auto found = [](const FoldedText& one, std::size_t gram) {
    return one.text.size() >= kSpan || one.words.size() >= gram;
  };
  return std::any_of(folded.answers.begin(), folded.answers.end(),
                     [&](const FoldedText& answer) { return found(answer, kAnswerGram); }) ||
         std::any_of(folded.prompts.begin(), folded.prompts.end(), [&](const FoldedText& prompt) {
           return found(prompt, kPromptGram) || identifies(prompt.text, prompt.words.size());
         });
}

bool scannable(const SecretTexts& texts) { return scannable(fold_case(texts)); }

void ShortIndex::add(const FoldedCase& folded, CaseNumber which) {
  std::vector<Words> answers;
  for (const FoldedText& answer : folded.answers) {
    const std::size_t words = answer.words.size();
    if (words > 0 && words < kAnswerGram && answers.size() < kAnswersMax) answers.push_back(answer.words);
  }
  for (const FoldedText& prompt : folded.prompts) {
    const std::size_t words = prompt.words.size();
    if (words >= kPromptGram || !identifies(prompt.text, words)) continue;
    std::uint64_t hash = 0;
    for (const std::uint64_t word : prompt.words) hash = joined(hash, word);
    index_.add(hash, static_cast<std::uint32_t>(questions_.size()));
    questions_.push_back({which, words, answers});
    longest_ = std::max(longest_, words);
  }
}

bool ShortIndex::answered(const Words& text, std::size_t at, const Question& question) {
  const std::size_t after = at + question.length;
  return std::any_of(question.answers.begin(), question.answers.end(), [&](const Words& answer) {
    return stands_in(text, at - std::min(at, kReach), at, answer) ||
           stands_in(text, after, std::min(text.size(), after + kReach), answer);
  });
}

void ShortIndex::visit_at(const Words& text, std::size_t at, LeakHits& hits) const {
  std::uint64_t hash = 0;
  for (std::size_t length = 1; length <= longest_ && at + length <= text.size(); ++length) {
    hash = joined(hash, text[at + length - 1]);
    if (length < kShortWordsMin) continue;
    for (const std::uint32_t number : index_.find(hash)) {
      const Question& question = questions_[number];
      hits.questions.insert(question.which);
      if (answered(text, at, question)) note(hits, Leak::Short, question.which);
    }
  }
}

void ShortIndex::scan(const Words& words, LeakHits& hits) const {
  if (questions_.empty()) return;
  for (std::size_t at = 0; at < words.size(); ++at) visit_at(words, at, hits);
}

}  // namespace pawl::domain
