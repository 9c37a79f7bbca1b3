// How alike two texts are: the share of their runs of five characters that they have in common. Pure.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace pawl::domain {

/// Characters (bytes of the folded text) in one shingle.
inline constexpr std::size_t kShingle = 5;

/// The hashes of a folded text's shingles, sorted, each once. A text shorter than a shingle is one shingle.
std::vector<std::uint64_t> shingle_set(std::string_view folded);

/// Size of the intersection over size of the union, in [0,1]; both sorted and without repeats. 1 for two empty sets.
double jaccard(const std::vector<std::uint64_t>& a, const std::vector<std::uint64_t>& b);

struct NearPair {
  std::size_t first = 0;  ///< index of a set; first < second
  std::size_t second = 0;
  double similarity = 0;
  bool operator==(const NearPair&) const = default;
};

/// Every pair of sets whose Jaccard similarity is at least `threshold` in (0,1], ordered by index. Exact: a pair that
/// similar must share one of each set's rarest shingles (prefix filter; Bayardo, Ma, Srikant 2007), so only those are
/// compared. Empty sets are in no pair.
std::vector<NearPair> near_pairs(const std::vector<std::vector<std::uint64_t>>& sets, double threshold);

}  // namespace pawl::domain
