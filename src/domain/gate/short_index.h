// Cases too short for runs of words: the whole question is what is looked for. Pure.
#pragma once

#include <string>
#include <vector>

#include "domain/gate/hash_index.h"
#include "domain/gate/leak_hits.h"

namespace pawl::domain {

/// The texts of a case, folded once for every index.
struct FoldedText {
  std::string text;
  std::vector<std::uint64_t> words;
};
struct FoldedCase {
  std::vector<FoldedText> prompts;
  std::vector<FoldedText> answers;
};
FoldedCase fold_case(const SecretTexts& texts);
bool scannable(const FoldedCase& folded);

/// A short question with an answer of its case within reach is a hit; alone it is noted among LeakHits::questions.
class ShortIndex {
 public:
  void add(const FoldedCase& folded, CaseNumber which);
  /// Questions that stand in more cases than `common` identify none.
  void finish(std::size_t common) { index_.finish(common); }
  void scan(const std::vector<std::uint64_t>& words, LeakHits& hits) const;

 private:
  using Words = std::vector<std::uint64_t>;
  struct Question {
    CaseNumber which = 0;
    std::size_t length = 0;      ///< words
    std::vector<Words> answers;  ///< of the case, each shorter than kAnswerGram
  };

  [[nodiscard]] static bool answered(const Words& text, std::size_t at, const Question& question);
  /// Where the hash of the first i words leads on, for i up to the longest question.
  void visit_at(const Words& text, std::size_t at, LeakHits& hits) const;

  std::vector<Question> questions_;
  HashIndex<std::uint32_t> index_;  ///< positions in questions_
  std::size_t longest_ = 0;
};

}  // namespace pawl::domain
