#include "domain/gate/case_sample.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "base/sha256.h"

namespace pawl::domain {
namespace {

std::string fingerprint(const std::string& digest) {
  return sha256_hex("case of a generation\n" + digest).substr(0, kFingerprintLength);
}

}  // namespace

CaseSample sample_cases(const std::vector<std::string>& digests) {
  std::vector<std::string> all;
  all.reserve(digests.size());
  for (const std::string& digest : digests) all.push_back(fingerprint(digest));
  std::sort(all.begin(), all.end());
  CaseSample out;
  out.size = static_cast<std::int64_t>(all.size());
  for (std::size_t i = 0; i < std::min(all.size(), kSampledCasesMax); ++i) out.fingerprints += all[i];
  return out;
}

std::size_t new_cases(const CaseSample& old, const std::vector<std::string>& digests) {
  const std::size_t sampled = old.fingerprints.size() / kFingerprintLength;
  if (old.size <= 0 || sampled == 0) return digests.size();
  std::set<std::string> now;
  for (const std::string& digest : digests) now.insert(fingerprint(digest));
  std::size_t kept = 0;
  for (std::size_t i = 0; i < sampled; ++i) {
    kept += now.count(old.fingerprints.substr(i * kFingerprintLength, kFingerprintLength));
  }
  const double kept_of_all =
      std::round(static_cast<double>(kept) / static_cast<double>(sampled) * static_cast<double>(old.size));
  return digests.size() - std::min(digests.size(), static_cast<std::size_t>(kept_of_all));
}

}  // namespace pawl::domain
