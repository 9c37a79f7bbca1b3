// Which cases share a run of words with a text. Pure.
#pragma once

#include <vector>

#include "domain/gate/hash_index.h"
#include "domain/gate/hashing.h"
#include "domain/gate/leak_hits.h"

namespace pawl::domain {

/// Calls visit(hash) for each run of `length` words.
template <class Visit>
void each_gram(const std::vector<std::uint64_t>& words, std::size_t length, const Visit& visit) {
  for (std::size_t i = 0; i + length <= words.size(); ++i) {
    std::uint64_t hash = length;
    for (std::size_t j = i; j < i + length; ++j) hash = mix(hash ^ words[j]) + words[j];
    visit(hash);
  }
}

class GramIndex {
 public:
  GramIndex(std::size_t length, Leak kind) : length_(length), kind_(kind) {}
  void add(const std::vector<std::uint64_t>& words, CaseNumber which) {
    each_gram(words, length_, [&](std::uint64_t hash) { index_.add(hash, which); });
  }
  void finish(std::size_t common) { index_.finish(common); }
  void scan(const std::vector<std::uint64_t>& words, LeakHits& hits) const {
    each_gram(words, length_, [&](std::uint64_t hash) {
      for (const CaseNumber which : index_.find(hash)) note(hits, kind_, which);
    });
  }

 private:
  std::size_t length_;
  Leak kind_;
  HashIndex<CaseNumber> index_;
};

}  // namespace pawl::domain
