// 64-bit hashes for comparing texts. The same on every machine; not for secrets.
#pragma once

#include <cstdint>
#include <string_view>

namespace pawl::domain {

/// Spreads every input bit over the word (the finalizer of MurmurHash3, Appleby).
inline std::uint64_t mix(std::uint64_t h) {
  h ^= h >> 33;
  h *= 0xFF51AFD7ED558CCDULL;
  h ^= h >> 33;
  h *= 0xC4CEB9FE1A85EC53ULL;
  return h ^ (h >> 33);
}

/// FNV-1a, mixed.
inline std::uint64_t hash_bytes(std::string_view bytes) {
  std::uint64_t h = 0xCBF29CE484222325ULL;
  for (const char c : bytes) h = (h ^ static_cast<unsigned char>(c)) * 0x100000001B3ULL;
  return mix(h);
}

/// Hash of every window of `length` bytes, by rolling a polynomial. Nothing for shorter texts.
class RollingHash {
 public:
  explicit RollingHash(std::size_t length) {
    for (std::size_t i = 0; i < length; ++i) oldest_factor_ *= kBase;
  }
  void push(unsigned char in) { value_ = value_ * kBase + in + 1; }
  void slide(unsigned char out, unsigned char in) {
    value_ = value_ * kBase + in + 1 - (std::uint64_t{out} + 1) * oldest_factor_;
  }
  [[nodiscard]] std::uint64_t value() const { return mix(value_); }

 private:
  static constexpr std::uint64_t kBase = 0x9E3779B97F4A7C15ULL;
  std::uint64_t oldest_factor_ = 1;
  std::uint64_t value_ = 0;
};

/// Calls visit(position, hash) for each window of `length` bytes.
template <class Visit>
void each_window(std::string_view text, std::size_t length, const Visit& visit) {
  if (text.size() < length) return;
  RollingHash rolling(length);
  for (std::size_t i = 0; i < length; ++i) rolling.push(static_cast<unsigned char>(text[i]));
  visit(std::size_t{0}, rolling.value());
  for (std::size_t i = length; i < text.size(); ++i) {
    rolling.slide(static_cast<unsigned char>(text[i - length]), static_cast<unsigned char>(text[i]));
    visit(i - length + 1, rolling.value());
  }
}

}  // namespace pawl::domain
