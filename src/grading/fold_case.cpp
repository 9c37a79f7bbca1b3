#include "grading/fold_case.h"

#include <cstdint>

namespace pawl::grading {
namespace {

constexpr char32_t kNotUtf8 = 0xDC00;  // a byte that is no UTF-8 is kept as kNotUtf8 + byte, which no text can hold

bool within(char32_t c, char32_t first, char32_t last) { return c >= first && c <= last; }

/// Pairs "upper, lower" that stand side by side, the upper one at an even or an odd place.
bool upper_of_even_pair(char32_t c) {
  return (within(c, 0x100, 0x137) || within(c, 0x14A, 0x177) || within(c, 0x460, 0x481)) && c % 2 == 0;
}
bool upper_of_odd_pair(char32_t c) { return (within(c, 0x139, 0x148) || within(c, 0x179, 0x17E)) && c % 2 == 1; }

char32_t lower(char32_t c) {
  if (within(c, 'A', 'Z')) return c + 32;
  if (within(c, 0xC0, 0xDE) && c != 0xD7) return c + 32;
  if (c == 0x130) return 'i';
  if (upper_of_even_pair(c) || upper_of_odd_pair(c)) return c + 1;
  if (c == 0x178) return 0xFF;
  if (c == 0x386) return 0x3AC;
  if (within(c, 0x388, 0x38A)) return c + 37;
  if (c == 0x38C) return 0x3CC;
  if (within(c, 0x38E, 0x38F)) return c + 63;
  if (within(c, 0x391, 0x3AB) && c != 0x3A2) return c + 32;
  if (within(c, 0x400, 0x40F)) return c + 80;
  if (within(c, 0x410, 0x42F)) return c + 32;
  return c;
}

/// How many bytes the character that begins with `lead` has; 0 if none begins so.
std::size_t length_of(unsigned char lead) {
  if (lead < 0x80) return 1;
  if (lead >= 0xC2 && lead < 0xE0) return 2;
  if (lead >= 0xE0 && lead < 0xF0) return 3;
  if (lead >= 0xF0 && lead < 0xF5) return 4;
  return 0;
}

void append(std::string& out, char32_t c) {
  const auto byte = [&out](char32_t value) { out += static_cast<char>(value); };
  if (c >= kNotUtf8 && c <= kNotUtf8 + 0xFF) return byte(c - kNotUtf8);
  if (c < 0x80) return byte(c);
  if (c < 0x800) {
    byte(0xC0 | (c >> 6));
  } else {
    if (c < 0x10000) {
      byte(0xE0 | (c >> 12));
    } else {
      byte(0xF0 | (c >> 18));
      byte(0x80 | ((c >> 12) & 0x3F));
    }
    byte(0x80 | ((c >> 6) & 0x3F));
  }
  byte(0x80 | (c & 0x3F));
}

}  // namespace

std::u32string code_points(std::string_view text) {
  std::u32string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const auto lead = static_cast<unsigned char>(text[at]);
    const std::size_t length = length_of(lead);
    char32_t value = length < 2 ? lead : lead & (0x7Fu >> length);
    bool whole = length > 0 && at + length <= text.size();
    for (std::size_t i = 1; whole && i < length; ++i) {
      const auto next = static_cast<unsigned char>(text[at + i]);
      whole = (next & 0xC0) == 0x80;
      value = (value << 6) | (next & 0x3Fu);
    }
    if (within(value, 0xD800, 0xDFFF)) whole = false;
    out += whole ? value : kNotUtf8 + lead;
    at += whole ? length : 1;
  }
  return out;
}

std::string fold_case(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (const char32_t c : code_points(text)) append(out, lower(c));
  return out;
}

}  // namespace pawl::grading
