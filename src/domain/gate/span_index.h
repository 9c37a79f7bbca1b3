// Which cases share a run of characters with a text. Pure.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "domain/gate/hash_index.h"
#include "domain/gate/hashing.h"
#include "domain/gate/leak_hits.h"

namespace pawl::domain {

/// Finds common runs of kSpan characters without storing every one: of each case's text the fingerprints that are the
/// smallest within reach are kept (winnowing; Schleimer, Wilkerson, Aiken 2003), so that every run of kSpan has one.
class SpanIndex {
 public:
  void add(std::string text, CaseNumber which) {
    if (text.size() < kSpan) return;
    const auto number = static_cast<std::uint32_t>(texts_.size());
    Reach reach;
    std::size_t kept = text.size();
    each_window(text, kPrint, [&](std::size_t at, std::uint64_t hash) {
      const auto& [least, place] = reach.after(hash, at);
      if (at + 1 < kReach || place == kept) return;
      kept = place;
      index_.add(least, {which, number, static_cast<std::uint32_t>(kept)});
      cases_with_.add(least, which);
    });
    texts_.push_back(std::move(text));
  }
  void finish(std::size_t common) {
    index_.finish(kPlacesMax);
    cases_with_.finish(common);
  }
  void scan(std::string_view text, LeakHits& hits) const {
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

  /// The least of the last kReach prints: those that may yet become it, rising from the first, in a ring.
  class Reach {
   public:
    using Print = std::pair<std::uint64_t, std::size_t>;
    const Print& after(std::uint64_t hash, std::size_t at) {
      // Of equals the last stays, so that a run of equal characters keeps few.
      while (end_ > begin_ && ring_[(end_ - 1) % kSize].first >= hash) --end_;
      ring_[end_++ % kSize] = {hash, at};
      if (ring_[begin_ % kSize].second + kReach <= at) ++begin_;
      return ring_[begin_ % kSize];
    }

   private:
    static constexpr std::size_t kSize = 32;
    static_assert(kSize > kReach);
    std::array<Print, kSize> ring_{};
    std::size_t begin_ = 0;
    std::size_t end_ = 0;
  };

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

}  // namespace pawl::domain
