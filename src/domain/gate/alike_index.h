// Which prompts a passage of a text resembles. Pure.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "domain/gate/hash_index.h"
#include "domain/gate/hashing.h"
#include "domain/gate/leak_hits.h"
#include "domain/gate/shingles.h"

namespace pawl::domain {

/// Rare shingles show where a passage might be a prompt's; only there the two are compared in full.
class AlikeIndex {
 public:
  void add(const std::string& folded, CaseNumber which) {
    if (folded.size() < kAlikeMin) return;
    const auto number = static_cast<std::uint32_t>(prompts_.size());
    each_window(folded, kShingle, [&](std::size_t /*at*/, std::uint64_t hash) {
      if (is_seed(hash)) seeds_.add(hash, number);
    });
    prompts_.push_back({which, folded, 0});
  }
  void finish(std::size_t common) {
    seeds_.finish(std::max(common, kSeedsShared));
    seeds_.each([this](std::uint32_t number) { ++prompts_[number].seeds; });
  }
  void scan(std::string_view folded, LeakHits& hits) const {
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
    std::string folded;
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
    std::vector<std::uint64_t> shingles;  // made when they are needed: most places are no passage
    std::size_t tries = 0;
    for (std::size_t first = 0; first + wanted <= at.size() && tries < kTriesMax; ++first) {
      if (at[first + wanted - 1] - at[first] > prompt.folded.size()) continue;
      std::size_t last = first + wanted - 1;
      while (last + 1 < at.size() && at[last + 1] - at[first] <= prompt.folded.size()) ++last;
      ++tries;
      if (shingles.empty()) shingles = shingle_set(prompt.folded);
      const std::string_view passage = text.substr(at[first], at[last] - at[first] + kShingle);
      if (jaccard(shingle_set(passage), shingles) >= kAlike) return true;
      first = first + (last - first) / 2;
    }
    return false;
  }

  std::vector<Prompt> prompts_;
  HashIndex<std::uint32_t> seeds_;
};

}  // namespace pawl::domain
