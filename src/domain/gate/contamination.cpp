#include "domain/gate/contamination.h"

#include <algorithm>

#include "domain/gate/alike_index.h"
#include "domain/gate/canary_index.h"
#include "domain/gate/decodings.h"
#include "domain/gate/fold_text.h"
#include "domain/gate/gram_index.h"
#include "domain/gate/leak_hits.h"
#include "domain/gate/short_index.h"
#include "domain/gate/span_index.h"

namespace pawl::domain {
namespace {

using Names = std::set<CaseNumber>;

Names minus(Names names, const Names& known) {
  for (const CaseNumber which : known) names.erase(which);
  return names;
}

LeakHits without(LeakHits hits, const LeakHits& known) {
  for (std::size_t kind = 0; kind < kLeakKinds; ++kind) {
    hits.cases[kind] = minus(std::move(hits.cases[kind]), known.cases[kind]);
  }
  hits.questions = minus(std::move(hits.questions), known.questions);
  return hits;
}

FileHits counted(const std::string& path, const LeakHits& hits) {
  FileHits out;
  out.path = path;
  Names any;
  for (std::size_t kind = 0; kind < kLeakKinds; ++kind) {
    out.cases[kind] = hits.cases[kind].size();
    any.insert(hits.cases[kind].begin(), hits.cases[kind].end());
  }
  out.any = any.size();
  return out;
}

/// One short question may stand anywhere by chance; several of one suite, in whichever files, do not.
void note_several(std::vector<LeakHits>& files) {
  Names all;
  for (const LeakHits& hits : files) all.insert(hits.questions.begin(), hits.questions.end());
  if (all.size() < kSeveralQuestions) return;
  for (LeakHits& hits : files) {
    for (const CaseNumber which : hits.questions) note(hits, Leak::Short, which);
  }
}

}  // namespace

std::string_view to_string(Leak kind) {
  switch (kind) {
    case Leak::Canary:
      return "canary";
    case Leak::Prompt:
      return "prompt";
    case Leak::Answer:
      return "answer";
    case Leak::Span:
      return "span";
    case Leak::Alike:
      return "alike";
    case Leak::Short:
      return "short";
  }
  return "?";
}

struct LeakIndex::Parts {
  GramIndex prompts{kPromptGram, Leak::Prompt};
  GramIndex answers{kAnswerGram, Leak::Answer};
  SpanIndex folded_spans;
  SpanIndex squeezed_spans;
  CanaryIndex canaries;
  AlikeIndex alike;
  ShortIndex shorts;
  std::size_t unscannable = 0;

  void scan(std::string_view text, LeakHits& hits) const {
    for (const std::string& reading : readings_of(text)) {
      const std::string folded = fold_text(reading);
      const std::string squeezed = squeeze(folded);
      const auto words = word_hashes(folded);
      canaries.scan(squeezed, hits);
      prompts.scan(words, hits);
      answers.scan(words, hits);
      folded_spans.scan(folded, hits);
      squeezed_spans.scan(squeezed, hits);
      alike.scan(folded, hits);
      shorts.scan(words, hits);
    }
  }
};

LeakIndex::LeakIndex(const std::vector<SecretTexts>& cases) {
  auto parts = std::make_unique<Parts>();
  const auto add_span = [&](const std::string& folded, CaseNumber which) {
    parts->folded_spans.add(folded, which);
    parts->squeezed_spans.add(squeeze(folded), which);
  };
  for (std::size_t i = 0; i < cases.size(); ++i) {
    const auto which = static_cast<CaseNumber>(i);
    const FoldedCase folded = fold_case(cases[i]);
    for (const FoldedText& prompt : folded.prompts) {
      parts->prompts.add(prompt.words, which);
      parts->alike.add(prompt.text, which);
      add_span(prompt.text, which);
    }
    for (const FoldedText& answer : folded.answers) {
      parts->answers.add(answer.words, which);
      add_span(answer.text, which);
    }
    parts->canaries.add(squeeze(fold_text(cases[i].canary)), which);
    parts->shorts.add(folded, which);
    if (!scannable(folded)) ++parts->unscannable;
  }
  const auto common =
      std::max<std::size_t>(3, static_cast<std::size_t>(kCommonShare * static_cast<double>(cases.size())));
  parts->prompts.finish(common);
  parts->answers.finish(common);
  parts->folded_spans.finish(common);
  parts->squeezed_spans.finish(common);
  parts->canaries.finish();
  parts->alike.finish(common);
  parts->shorts.finish(common);
  parts_ = std::move(parts);
}

LeakIndex::~LeakIndex() = default;
LeakIndex::LeakIndex(LeakIndex&&) noexcept = default;
LeakIndex& LeakIndex::operator=(LeakIndex&&) noexcept = default;

Contamination LeakIndex::scan(const std::vector<BundleFile>& edit, const std::vector<BundleFile>& before) const {
  LeakHits known;
  for (const BundleFile& file : before) parts_->scan(file.content, known);
  std::vector<LeakHits> files(edit.size());
  for (std::size_t i = 0; i < edit.size(); ++i) {
    parts_->scan(edit[i].content, files[i]);
    parts_->scan(edit[i].path, files[i]);
    files[i] = without(std::move(files[i]), known);
  }
  note_several(files);
  Contamination found;
  found.unscannable = parts_->unscannable;
  for (std::size_t i = 0; i < edit.size(); ++i) {
    const FileHits counts = counted(edit[i].path, files[i]);
    if (counts.any > 0) found.files.push_back(counts);
  }
  return found;
}

}  // namespace pawl::domain
