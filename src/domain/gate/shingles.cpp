#include "domain/gate/shingles.h"

#include <algorithm>
#include <cmath>
#include <unordered_map>

#include "domain/gate/hashing.h"

namespace pawl::domain {
namespace {

using Set = std::vector<std::uint64_t>;

std::unordered_map<std::uint64_t, std::uint32_t> frequencies(const std::vector<Set>& sets) {
  std::unordered_map<std::uint64_t, std::uint32_t> count;
  for (const Set& set : sets) {
    for (const std::uint64_t shingle : set) ++count[shingle];
  }
  return count;
}

/// The rarest shingles of a set, as many as a partner with that similarity cannot all miss.
Set prefix_of(const Set& set, double threshold, const std::unordered_map<std::uint64_t, std::uint32_t>& count) {
  Set rare_first = set;
  std::sort(rare_first.begin(), rare_first.end(), [&](std::uint64_t a, std::uint64_t b) {
    const auto of_a = count.at(a);
    const auto of_b = count.at(b);
    return of_a != of_b ? of_a < of_b : a < b;
  });
  const auto shared = static_cast<std::size_t>(std::ceil(threshold * static_cast<double>(set.size()) - 1e-9));
  rare_first.resize(std::min(set.size(), set.size() - shared + 1));
  return rare_first;
}

}  // namespace

std::vector<std::uint64_t> shingle_set(std::string_view folded) {
  Set set;
  if (folded.empty()) return set;
  if (folded.size() < kShingle) return {hash_bytes(folded)};
  set.reserve(folded.size());
  each_window(folded, kShingle, [&](std::size_t /*at*/, std::uint64_t hash) { set.push_back(hash); });
  std::sort(set.begin(), set.end());
  set.erase(std::unique(set.begin(), set.end()), set.end());
  return set;
}

double jaccard(const Set& a, const Set& b) {
  if (a.empty() && b.empty()) return 1;
  std::size_t common = 0;
  for (std::size_t i = 0, j = 0; i < a.size() && j < b.size();) {
    if (a[i] == b[j]) {
      ++common;
      ++i;
      ++j;
    } else if (a[i] < b[j]) {
      ++i;
    } else {
      ++j;
    }
  }
  return static_cast<double>(common) / static_cast<double>(a.size() + b.size() - common);
}

std::vector<NearPair> near_pairs(const std::vector<Set>& sets, double threshold) {
  const auto count = frequencies(sets);
  std::unordered_map<std::uint64_t, std::vector<std::size_t>> having;
  std::vector<NearPair> pairs;
  for (std::size_t i = 0; i < sets.size(); ++i) {
    if (sets[i].empty()) continue;
    std::vector<std::size_t> candidates;
    for (const std::uint64_t shingle : prefix_of(sets[i], threshold, count)) {
      std::vector<std::size_t>& holders = having[shingle];
      candidates.insert(candidates.end(), holders.begin(), holders.end());
      holders.push_back(i);
    }
    std::sort(candidates.begin(), candidates.end());
    candidates.erase(std::unique(candidates.begin(), candidates.end()), candidates.end());
    for (const std::size_t other : candidates) {
      const auto small = static_cast<double>(std::min(sets[i].size(), sets[other].size()));
      const auto large = static_cast<double>(std::max(sets[i].size(), sets[other].size()));
      if (small < threshold * large) continue;
      const double similarity = jaccard(sets[i], sets[other]);
      if (similarity >= threshold) pairs.push_back({other, i, similarity});
    }
  }
  std::sort(pairs.begin(), pairs.end(), [](const NearPair& a, const NearPair& b) {
    return std::pair(a.first, a.second) < std::pair(b.first, b.second);
  });
  return pairs;
}

}  // namespace pawl::domain
