// What is remembered of a set's cases, so that the next generation can be compared with it. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace pawl::domain {

/// Fingerprints of the cases: all of them up to kSampledCasesMax, else the least ones, a sample that no content can
/// steer (bottom-k sketch: Broder, doi 10.1109/SEQUEN.1997.666900). Eight digits of a hash over everything that is
/// judged tell nobody what a case says; who has the case can recognise it.
struct CaseSample {
  std::int64_t size = 0;     ///< of the whole set; 0: nothing is remembered
  std::string fingerprints;  ///< kFingerprintLength hexadecimal digits each, sorted, one after the other
  bool operator==(const CaseSample&) const = default;
};

inline constexpr std::size_t kSampledCasesMax = 1024;
inline constexpr std::size_t kFingerprintLength = 8;

/// `digests` are those of the cases, in any order.
CaseSample sample_cases(const std::vector<std::string>& digests);

/// How many of `digests` were not in the sampled set: exact up to kSampledCasesMax cases, above that with a standard
/// error of at most 1.6 % of the old set's size. All of them if nothing is remembered.
std::size_t new_cases(const CaseSample& old, const std::vector<std::string>& digests);

}  // namespace pawl::domain
