// From hashes to the cases that have them: filled once, then read fast. Pure.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

namespace pawl::domain {

/// Value must be ordered; equal (hash, value) pairs are kept once.
template <class Value>
class HashIndex {
 public:
  void add(std::uint64_t hash, Value value) { entries_.emplace_back(hash, std::move(value)); }

  /// Sorts what was added and forgets every hash with more than `most` values.
  void finish(std::size_t most) {
    sort_entries();
    entries_.erase(std::unique(entries_.begin(), entries_.end()), entries_.end());
    std::vector<Entry> kept;
    kept.reserve(entries_.size());
    for (std::size_t i = 0; i < entries_.size();) {
      std::size_t end = i;
      while (end < entries_.size() && entries_[end].first == entries_[i].first) ++end;
      if (end - i <= most) {
        kept.insert(kept.end(), entries_.begin() + static_cast<std::ptrdiff_t>(i),
                    entries_.begin() + static_cast<std::ptrdiff_t>(end));
      }
      i = end;
    }
    entries_ = std::move(kept);
    values_.reserve(entries_.size());
    for (const auto& [hash, value] : entries_) values_.push_back(value);
    std::size_t size = 16;
    while (size < entries_.size() * 2) size *= 2;
    slots_.assign(size, 0);
    seen_.assign(std::max<std::size_t>(size * kBitsPerSlot / kWord, 1), 0);
    for (std::size_t i = entries_.size(); i > 0; --i) place(i - 1);
  }

  /// Calls visit(value) for every (hash, value).
  template <class Visit>
  void each(const Visit& visit) const {
    for (const Value& value : values_) visit(value);
  }

  /// The values of a hash, sorted; none for a hash that is not there.
  [[nodiscard]] std::span<const Value> find(std::uint64_t hash) const {
    if (slots_.empty() || !maybe_there(hash)) return {};
    const std::size_t mask = slots_.size() - 1;
    for (std::size_t slot = hash & mask; slots_[slot] != 0; slot = (slot + 1) & mask) {
      const std::size_t first = slots_[slot] - 1;
      if (entries_[first].first != hash) continue;
      std::size_t end = first;
      while (end < entries_.size() && entries_[end].first == hash) ++end;
      return std::span<const Value>(values_).subspan(first, end - first);
    }
    return {};
  }

 private:
  using Entry = std::pair<std::uint64_t, Value>;

  /// Hashes are spread evenly: dealt out by their first bits, few are left to be compared with each other.
  void sort_entries() {
    constexpr std::size_t kInABucket = 8;
    int bits = 1;
    while (bits < 20 && (entries_.size() >> bits) > kInABucket) ++bits;
    const auto bucket = [bits](const Entry& entry) { return static_cast<std::size_t>(entry.first >> (64 - bits)); };
    std::vector<std::size_t> ends(std::size_t{1} << bits, 0);
    for (const Entry& entry : entries_) ++ends[bucket(entry)];
    std::size_t begin = 0;
    for (std::size_t& end : ends) begin += std::exchange(end, begin);
    std::vector<Entry> dealt(entries_.size());
    for (Entry& entry : entries_) dealt[ends[bucket(entry)]++] = std::move(entry);
    entries_ = std::move(dealt);
    begin = 0;
    for (const std::size_t end : ends) {
      std::sort(entries_.begin() + static_cast<std::ptrdiff_t>(begin),
                entries_.begin() + static_cast<std::ptrdiff_t>(end));
      begin = end;
    }
  }

  static constexpr std::size_t kBitsPerSlot = 4;
  static constexpr std::size_t kWord = 64;

  /// Of other bits than the slots are chosen by. Most hashes of a text are not there, and this is small enough to stay
  /// near.
  [[nodiscard]] std::size_t bit_of(std::uint64_t hash) const {
    return static_cast<std::size_t>(hash >> 20) & (seen_.size() * kWord - 1);
  }
  [[nodiscard]] bool maybe_there(std::uint64_t hash) const {
    const std::size_t bit = bit_of(hash);
    return ((seen_[bit / kWord] >> (bit % kWord)) & 1U) != 0;
  }

  /// Only the first entry of a hash has a slot.
  void place(std::size_t i) {
    const std::size_t bit = bit_of(entries_[i].first);
    seen_[bit / kWord] |= std::uint64_t{1} << (bit % kWord);
    if (i > 0 && entries_[i - 1].first == entries_[i].first) return;
    const std::size_t mask = slots_.size() - 1;
    std::size_t slot = entries_[i].first & mask;
    while (slots_[slot] != 0) slot = (slot + 1) & mask;
    slots_[slot] = static_cast<std::uint32_t>(i + 1);
  }

  std::vector<Entry> entries_;
  std::vector<Value> values_;
  std::vector<std::uint64_t> seen_;   ///< a bit for each hash that is there, and for some that are not
  std::vector<std::uint32_t> slots_;  ///< position in entries_ plus one; 0: free
};

}  // namespace pawl::domain
