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
    std::sort(entries_.begin(), entries_.end());
    entries_.erase(std::unique(entries_.begin(), entries_.end()), entries_.end());
    std::vector<std::pair<std::uint64_t, Value>> kept;
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
    for (const auto& [hash, value] : entries_) values_.push_back(value);
    std::size_t size = 16;
    while (size < entries_.size() * 2) size *= 2;
    slots_.assign(size, 0);
    for (std::size_t i = entries_.size(); i > 0; --i) place(i - 1);
  }

  /// The values of a hash, sorted; none for a hash that is not there.
  [[nodiscard]] std::span<const Value> find(std::uint64_t hash) const {
    if (slots_.empty()) return {};
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
  /// Only the first entry of a hash has a slot.
  void place(std::size_t i) {
    if (i > 0 && entries_[i - 1].first == entries_[i].first) return;
    const std::size_t mask = slots_.size() - 1;
    std::size_t slot = entries_[i].first & mask;
    while (slots_[slot] != 0) slot = (slot + 1) & mask;
    slots_[slot] = static_cast<std::uint32_t>(i + 1);
  }

  std::vector<std::pair<std::uint64_t, Value>> entries_;
  std::vector<Value> values_;
  std::vector<std::uint32_t> slots_;  ///< position in entries_ plus one; 0: free
};

}  // namespace pawl::domain
