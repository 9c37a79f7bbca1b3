#include "domain/gate/contamination.h"

#include <algorithm>
#include <deque>
#include <set>
#include <unordered_map>

#include "domain/gate/decodings.h"
#include "domain/gate/fold_text.h"
#include "domain/gate/hash_index.h"
#include "domain/gate/hashing.h"
#include "domain/gate/shingles.h"

namespace pawl::domain {
namespace {

using CaseNumber = std::uint32_t;

/// Calls visit(hash) for each run of `length` words.
template <class Visit>
void each_gram(const std::vector<std::uint64_t>& words, std::size_t length, const Visit& visit) {
  for (std::size_t i = 0; i + length <= words.size(); ++i) {
    std::uint64_t hash = length;
    for (std::size_t j = i; j < i + length; ++j) hash = mix(hash ^ words[j]) + words[j];
    visit(hash);
  }
}

/// The hits of one file, by kind: which cases.
using Hits = std::array<std::set<CaseNumber>, kLeakKinds>;
void note(Hits& hits, Leak kind, CaseNumber which) { hits[static_cast<std::size_t>(kind)].insert(which); }

// --- runs of words

class GramIndex {
 public:
  GramIndex(std::size_t length, Leak kind) : length_(length), kind_(kind) {}
  void add(const std::vector<std::uint64_t>& words, CaseNumber which) {
    each_gram(words, length_, [&](std::uint64_t hash) { index_.add(hash, which); });
  }
  void finish(std::size_t common) { index_.finish(common); }
  void scan(const std::vector<std::uint64_t>& words, Hits& hits) const {
    each_gram(words, length_, [&](std::uint64_t hash) {
      for (const CaseNumber which : index_.find(hash)) note(hits, kind_, which);
    });
  }

 private:
  std::size_t length_;
  Leak kind_;
  HashIndex<CaseNumber> index_;
};

// --- runs of characters

/// Finds common runs of kSpan characters without storing every one: of each case's text the fingerprints that are the
/// smallest within reach are kept (winnowing; Schleimer, Wilkerson, Aiken 2003), so that every run of kSpan has one.
class SpanIndex {
 public:
  void add(std::string text, CaseNumber which) {
    if (text.size() < kSpan) return;
    const auto number = static_cast<std::uint32_t>(texts_.size());
    std::deque<std::pair<std::uint64_t, std::size_t>>
        reach;  // falling from the back: the front is the smallest within reach
    std::size_t kept = text.size();
    each_window(text, kPrint, [&](std::size_t at, std::uint64_t hash) {
      // Of equals the last stays, so that a run of equal characters keeps few.
      while (!reach.empty() && reach.back().first >= hash) reach.pop_back();
      reach.emplace_back(hash, at);
      if (reach.front().second + kReach <= at) reach.pop_front();
      if (at + 1 < kReach || reach.front().second == kept) return;
      kept = reach.front().second;
      index_.add(reach.front().first, {which, number, static_cast<std::uint32_t>(kept)});
      cases_with_.add(reach.front().first, which);
    });
    texts_.push_back(std::move(text));
  }
  void finish(std::size_t common) {
    index_.finish(kPlacesMax);
    cases_with_.finish(common);
  }
  void scan(std::string_view text, Hits& hits) const {
    each_window(text, kPrint, [&](std::size_t at, std::uint64_t hash) {
      if (cases_with_.find(hash).empty()) return;
      for (const Place& place : index_.find(hash)) {
        if (agrees(text, at, place)) note(hits, Leak::Span, place.which);
      }
    });
  }

 private:
  static constexpr std::size_t kPrint = 25;
  static constexpr std::size_t kReach = kSpan - kPrint + 1;
  static constexpr std::size_t kPlacesMax = 1000;

  struct Place {
    CaseNumber which = 0;
    std::uint32_t text = 0;
    std::uint32_t at = 0;
    auto operator<=>(const Place&) const = default;
  };

  [[nodiscard]] bool agrees(std::string_view text, std::size_t at, const Place& place) const {
    const std::string_view other = texts_[place.text];
    if (text.substr(at, kPrint) != other.substr(place.at, kPrint)) return false;
    std::size_t before = 0;
    while (before < kSpan && at > before && place.at > before &&
           text[at - before - 1] == other[place.at - before - 1]) {
      ++before;
    }
    std::size_t length = before + kPrint;
    while (length < kSpan && at - before + length < text.size() && place.at - before + length < other.size() &&
           text[at - before + length] == other[place.at - before + length]) {
      ++length;
    }
    return length >= kSpan;
  }

  std::vector<std::string> texts_;
  HashIndex<Place> index_;
  HashIndex<CaseNumber> cases_with_;
};

// --- canaries

class CanaryIndex {
 public:
  void add(std::string squeezed, CaseNumber which) {
    if (squeezed.size() < kCanaryMin) return;
    index_.add(hash_of_head(squeezed), {which, static_cast<std::uint32_t>(canaries_.size())});
    canaries_.push_back(std::move(squeezed));
  }
  /// Never common: one canary for the whole suite is a canary of every case.
  void finish() { index_.finish(canaries_.size()); }
  void scan(std::string_view squeezed, Hits& hits) const {
    each_window(squeezed, kCanaryMin, [&](std::size_t at, std::uint64_t hash) {
      for (const auto& [which, number] : index_.find(hash)) {
        if (squeezed.substr(at, canaries_[number].size()) == canaries_[number]) note(hits, Leak::Canary, which);
      }
    });
  }

 private:
  static std::uint64_t hash_of_head(const std::string& text) {
    std::uint64_t head = 0;
    each_window(std::string_view(text).substr(0, kCanaryMin), kCanaryMin,
                [&](std::size_t /*at*/, std::uint64_t hash) { head = hash; });
    return head;
  }

  std::vector<std::string> canaries_;
  HashIndex<std::pair<CaseNumber, std::uint32_t>> index_;
};

// --- passages that are alike

/// Rare shingles show where a passage might be a prompt's; only there the two are compared in full.
class AlikeIndex {
 public:
  void add(const std::string& folded, CaseNumber which) {
    if (folded.size() < kAlikeMin) return;
    const auto number = static_cast<std::uint32_t>(prompts_.size());
    Prompt prompt{which, folded.size(), shingle_set(folded), 0};
    for (const std::uint64_t shingle : prompt.shingles) {
      if (is_seed(shingle)) seeds_.add(shingle, number);
    }
    prompts_.push_back(std::move(prompt));
  }
  void finish(std::size_t common) {
    seeds_.finish(std::max(common, kSeedsShared));
    for (Prompt& prompt : prompts_) {
      for (const std::uint64_t shingle : prompt.shingles) {
        prompt.seeds += is_seed(shingle) && !seeds_.find(shingle).empty() ? 1U : 0U;
      }
    }
  }
  void scan(std::string_view folded, Hits& hits) const {
    std::unordered_map<std::uint32_t, std::vector<std::uint32_t>> places;
    each_window(folded, kShingle, [&](std::size_t at, std::uint64_t hash) {
      if (!is_seed(hash)) return;
      for (const std::uint32_t number : seeds_.find(hash)) places[number].push_back(static_cast<std::uint32_t>(at));
    });
    for (const auto& [number, at] : places) {
      if (resembles(folded, prompts_[number], at)) note(hits, Leak::Alike, prompts_[number].which);
    }
  }

 private:
  struct Prompt {
    CaseNumber which = 0;
    std::size_t size = 0;
    std::vector<std::uint64_t> shingles;
    std::size_t seeds = 0;  ///< of its shingles, those the index has
  };
  /// One shingle in four is a seed.
  static bool is_seed(std::uint64_t hash) { return hash % 4 == 0; }
  static constexpr std::size_t kSeedsShared = 16;
  static constexpr std::size_t kSeedsMin = 4;
  static constexpr std::size_t kTriesMax = 8;

  /// A passage with half of the prompt's shingles has about half of its seeds; a third is asked, for chance.
  [[nodiscard]] static bool resembles(std::string_view text, const Prompt& prompt,
                                      const std::vector<std::uint32_t>& at) {
    const std::size_t wanted = std::max(kSeedsMin, prompt.seeds / 3);
    std::size_t tries = 0;
    for (std::size_t first = 0; first + wanted <= at.size() && tries < kTriesMax; ++first) {
      if (at[first + wanted - 1] - at[first] > prompt.size) continue;
      std::size_t last = first + wanted - 1;
      while (last + 1 < at.size() && at[last + 1] - at[first] <= prompt.size) ++last;
      ++tries;
      const std::string_view passage = text.substr(at[first], at[last] - at[first] + kShingle);
      if (jaccard(shingle_set(passage), prompt.shingles) >= kAlike) return true;
      first = first + (last - first) / 2;
    }
    return false;
  }

  std::vector<Prompt> prompts_;
  HashIndex<std::uint32_t> seeds_;
};

Hits without(Hits hits, const Hits& known) {
  for (std::size_t kind = 0; kind < kLeakKinds; ++kind) {
    for (const CaseNumber which : known[kind]) hits[kind].erase(which);
  }
  return hits;
}

FileHits counted(const std::string& path, const Hits& hits) {
  FileHits out;
  out.path = path;
  std::set<CaseNumber> any;
  for (std::size_t kind = 0; kind < kLeakKinds; ++kind) {
    out.cases[kind] = hits[kind].size();
    any.insert(hits[kind].begin(), hits[kind].end());
  }
  out.any = any.size();
  return out;
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

  void scan(std::string_view text, Hits& hits) const {
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
    for (const std::string& prompt : cases[i].prompts) {
      const std::string folded = fold_text(prompt);
      parts->prompts.add(word_hashes(folded), which);
      parts->alike.add(folded, which);
      add_span(folded, which);
    }
    for (const std::string& answer : cases[i].answers) {
      const std::string folded = fold_text(answer);
      parts->answers.add(word_hashes(folded), which);
      add_span(folded, which);
    }
    parts->canaries.add(squeeze(fold_text(cases[i].canary)), which);
  }
  const auto common =
      std::max<std::size_t>(3, static_cast<std::size_t>(kCommonShare * static_cast<double>(cases.size())));
  parts->prompts.finish(common);
  parts->answers.finish(common);
  parts->folded_spans.finish(common);
  parts->squeezed_spans.finish(common);
  parts->canaries.finish();
  parts->alike.finish(common);
  parts_ = std::move(parts);
}

LeakIndex::~LeakIndex() = default;
LeakIndex::LeakIndex(LeakIndex&&) noexcept = default;
LeakIndex& LeakIndex::operator=(LeakIndex&&) noexcept = default;

Contamination LeakIndex::scan(const std::vector<BundleFile>& edit, const std::vector<BundleFile>& before) const {
  Hits known;
  for (const BundleFile& file : before) parts_->scan(file.content, known);
  Contamination found;
  for (const BundleFile& file : edit) {
    Hits hits;
    parts_->scan(file.content, hits);
    parts_->scan(file.path, hits);
    const FileHits counts = counted(file.path, without(std::move(hits), known));
    if (counts.any > 0) found.files.push_back(counts);
  }
  return found;
}

}  // namespace pawl::domain
