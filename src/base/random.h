// Chance as an argument: a small generator whose results do not depend on the standard library,
// so that a seed replays on every machine. Not for secrets. Not thread-safe.
#pragma once

#include <cstdint>

namespace pawl {

/// splitmix64 (Steele, Lea, Flood 2014): one word of state, passes BigCrush.
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}

  std::uint64_t next() {
    std::uint64_t z = (state_ += 0x9E3779B97F4A7C15ULL);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
    return z ^ (z >> 31);
  }
  /// Uniform in [0, n); n must be above 0. The modulo bias is below n / 2^64.
  std::uint64_t below(std::uint64_t n) { return next() % n; }
  /// Uniform in [0, 1).
  double unit() { return static_cast<double>(next() >> 11) * 0x1.0p-53; }
  /// True with probability p.
  bool chance(double p) { return unit() < p; }

 private:
  std::uint64_t state_;
};

}  // namespace pawl
