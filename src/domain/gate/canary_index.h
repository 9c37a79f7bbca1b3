// Whose canary stands in a text. Pure.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "domain/gate/hash_index.h"
#include "domain/gate/hashing.h"
#include "domain/gate/leak_hits.h"

namespace pawl::domain {

class CanaryIndex {
 public:
  void add(std::string squeezed, CaseNumber which) {
    if (squeezed.size() < kCanaryMin) return;
    index_.add(hash_of_head(squeezed), {which, static_cast<std::uint32_t>(canaries_.size())});
    canaries_.push_back(std::move(squeezed));
  }
  /// Never common: one canary for the whole suite is a canary of every case.
  void finish() { index_.finish(canaries_.size()); }
  void scan(std::string_view squeezed, LeakHits& hits) const {
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

}  // namespace pawl::domain
