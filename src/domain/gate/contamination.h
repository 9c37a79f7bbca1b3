// Has an edit seen the exam? Every text of an edit against every case of a suite, through case, marks, invisible
// characters, base64, rot13 and JSON escapes, each also inside one other. Pure.
//
// What counts as a hit, on folded text (domain/gate/fold_text.h), after published work on contaminated training data
// with tighter numbers, because edits are short:
//   canary     the case's canary string
//   prompt     eight words in a row of what the user says in a case
//   answer     five words in a row of an answer that would pass
//   span       fifty characters in a row of either
//   alike      a passage whose five-character shingles agree with a prompt's by half or more (Jaccard)
//   short      a question of fewer than eight words, whole, with an answer of its case near by; or three such questions
// Passages that stand in many cases (kCommonShare) identify none and are not searched for. The result says how many
// cases each file hits and how, never which: the author of the edit may read it.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "domain/lineage/bundle.h"

namespace pawl::domain {

inline constexpr std::size_t kPromptGram = 8;
inline constexpr std::size_t kAnswerGram = 5;
inline constexpr std::size_t kSpan = 50;
inline constexpr double kAlike = 0.5;
/// Shorter prompts (folded bytes) are not compared as a whole: two short questions are soon alike.
inline constexpr std::size_t kAlikeMin = 100;
/// Folded and squeezed bytes; a shorter canary might occur by chance, so it is not searched for (lint tells).
inline constexpr std::size_t kCanaryMin = 12;
/// A passage in more cases than this share, and more than three, is common.
inline constexpr double kCommonShare = 0.02;

/// What a short question must have, so that it is that question and no other: words, and folded bytes without blanks.
inline constexpr std::size_t kShortWordsMin = 3;
inline constexpr std::size_t kShortCharactersMin = 12;
/// As many short questions of a suite in one edit are no chance.
inline constexpr std::size_t kSeveralQuestions = 3;

enum class Leak { Canary, Prompt, Answer, Span, Alike, Short };
inline constexpr std::size_t kLeakKinds = 6;
/// "canary", "prompt", "answer", "span", "alike", "short".
std::string_view to_string(Leak kind);

/// What is secret of one case.
struct SecretTexts {
  std::vector<std::string> prompts;
  std::vector<std::string> answers;
  std::string canary;
};

/// Whether its texts, the canary aside, could be found in an edit at all.
bool scannable(const SecretTexts& texts);

struct FileHits {
  std::string path;
  std::array<std::size_t, kLeakKinds> cases{};  ///< by Leak: how many cases are hit that way
  std::size_t any = 0;                          ///< how many are hit in at least one way
  bool operator==(const FileHits&) const = default;
};

struct Contamination {
  std::vector<FileHits> files;  ///< only files with hits, in the edit's order
  std::size_t unscannable = 0;  ///< cases that no text of an edit could be told to repeat
  [[nodiscard]] bool clean() const { return files.empty(); }
};

/// Made once per suite. Holds secret texts: never print or store it. May be read from several threads.
class LeakIndex {
 public:
  explicit LeakIndex(const std::vector<SecretTexts>& cases);
  ~LeakIndex();
  LeakIndex(LeakIndex&&) noexcept;
  LeakIndex& operator=(LeakIndex&&) noexcept;

  /// Files of the edit. What stands in `before` (the parent's whole bundle) as well is no news and is not reported.
  [[nodiscard]] Contamination scan(const std::vector<BundleFile>& edit,
                                   const std::vector<BundleFile>& before = {}) const;

  struct Parts;

 private:
  std::unique_ptr<const Parts> parts_;
};

}  // namespace pawl::domain
