#include "domain/gate/fold_text.h"

#include <array>

#include "domain/gate/hashing.h"

namespace pawl::domain {
namespace {

struct Character {
  char32_t code = 0;
  std::size_t bytes = 1;
};

constexpr char32_t kNoCharacter = 0xFFFFFFFF;

/// The character at `at`; kNoCharacter for a byte that begins none.
Character decode(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[at + i]); };
  const unsigned char lead = byte(0);
  if (lead < 0x80) return {lead, 1};
  const std::size_t size = lead >= 0xF0 && lead < 0xF8 ? 4U : lead >= 0xE0 ? 3U : lead >= 0xC2 ? 2U : 0U;
  if (size == 0 || lead >= 0xF8 || at + size > text.size()) return {kNoCharacter, 1};
  char32_t code = lead & (0xFFU >> (size + 1));
  for (std::size_t i = 1; i < size; ++i) {
    if ((byte(i) & 0xC0U) != 0x80U) return {kNoCharacter, 1};
    code = (code << 6U) | (byte(i) & 0x3FU);
  }
  return {code, size};
}

void append(std::string& out, char32_t code) {
  const auto put = [&](char32_t byte) { out += static_cast<char>(static_cast<unsigned char>(byte)); };
  if (code < 0x80) return put(code);
  if (code < 0x800) {
    put(0xC0 | (code >> 6U));
  } else if (code < 0x10000) {
    put(0xE0 | (code >> 12U));
    put(0x80 | ((code >> 6U) & 0x3F));
  } else {
    put(0xF0 | (code >> 18U));
    put(0x80 | ((code >> 12U) & 0x3F));
    put(0x80 | ((code >> 6U) & 0x3F));
  }
  put(0x80 | (code & 0x3F));
}

bool within(char32_t code, char32_t first, char32_t last) { return code >= first && code <= last; }

/// Characters that show nothing, and marks that sit on the letter before them.
bool is_invisible(char32_t code) {
  if (code < 0xAD) return false;
  return code == 0xAD || within(code, 0x300, 0x36F) || code == 0x34F || code == 0x61C || code == 0x180E ||
         within(code, 0x200B, 0x200F) || within(code, 0x202A, 0x202E) || within(code, 0x2060, 0x206F) ||
         within(code, 0xFE00, 0xFE0F) || code == 0xFEFF || within(code, 0xE0000, 0xE01EF);
}

bool is_lone_word(char32_t code) {
  return within(code, 0x3040, 0x30FF) || within(code, 0x3400, 0x9FFF) || within(code, 0xF900, 0xFAFF) ||
         within(code, 0x20000, 0x3FFFF);
}

bool is_separator(char32_t code) {
  if (code < 0x80) return !(within(code, '0', '9') || within(code, 'a', 'z'));
  return within(code, 0x80, 0xA9) || within(code, 0xAB, 0xB1) || within(code, 0xB4, 0xB8) || within(code, 0xBB, 0xBF) ||
         code == 0xD7 || code == 0xF7 || within(code, 0x2000, 0x2BFF) || within(code, 0x3000, 0x303F) ||
         within(code, 0xFE10, 0xFE6F) || within(code, 0xFF00, 0xFF65) || code == kNoCharacter;
}

/// Latin-1 letters without their marks: what each of U+00E0..U+00FF becomes ('\0': itself).
constexpr std::array<char, 32> kLatinBase = {'a', 'a',  'a', 'a', 'a', 'a',  '\0', 'c', 'e',  'e', 'e',
                                             'e', 'i',  'i', 'i', 'i', '\0', 'n',  'o', 'o',  'o', 'o',
                                             'o', '\0', 'o', 'u', 'u', 'u',  'u',  'y', '\0', 'y'};

struct LookAlike {
  char32_t code;
  char latin;
};
constexpr LookAlike kLookAlikes[] = {
    {0x3B1, 'a'}, {0x3BF, 'o'}, {0x3C1, 'p'}, {0x3BD, 'v'}, {0x3B9, 'i'}, {0x3BA, 'k'}, {0x3C5, 'u'},
    {0x430, 'a'}, {0x435, 'e'}, {0x43E, 'o'}, {0x440, 'p'}, {0x441, 'c'}, {0x443, 'y'}, {0x445, 'x'},
    {0x456, 'i'}, {0x458, 'j'}, {0x455, 's'}, {0x501, 'd'}, {0x4BB, 'h'}, {0x131, 'i'},
};

char32_t lower(char32_t code) {
  if (within(code, 'A', 'Z')) return code + 32;
  if (code < 0x80) return code;
  if (within(code, 0xFF01, 0xFF5E)) return lower(code - 0xFEE0);
  if (within(code, 0xC0, 0xDE) && code != 0xD7) return code + 32;
  if (within(code, 0x100, 0x137) || within(code, 0x14A, 0x177)) return code | 1U;
  if (within(code, 0x391, 0x3A9)) return code + 32;
  if (within(code, 0x410, 0x42F)) return code + 32;
  if (within(code, 0x400, 0x40F)) return code + 80;
  return code;
}

char32_t plain(char32_t code) {
  code = lower(code);
  if (code < 0x80) return code;
  if (within(code, 0xE0, 0xFF)) {
    return kLatinBase[code - 0xE0] != '\0' ? static_cast<char32_t>(kLatinBase[code - 0xE0]) : code;
  }
  for (const LookAlike& pair : kLookAlikes) {
    if (pair.code == code) return static_cast<char32_t>(pair.latin);
  }
  return code;
}

}  // namespace

std::string fold_text(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  bool pending = false;
  const auto emit = [&](char32_t code) {
    if (pending && !out.empty()) out += ' ';
    pending = false;
    append(out, code);
  };
  for (std::size_t i = 0; i < text.size();) {
    const Character read = decode(text, i);
    i += read.bytes;
    if (is_invisible(read.code) && read.code != kNoCharacter) continue;
    const char32_t code = read.code == kNoCharacter ? read.code : plain(read.code);
    if (is_separator(code)) {
      pending = true;
      continue;
    }
    const bool alone = is_lone_word(code);
    pending = pending || alone;
    emit(code);
    pending = alone;
  }
  return out;
}

std::string squeeze(std::string_view folded) {
  std::string out;
  out.reserve(folded.size());
  for (const char c : folded) {
    if (c != ' ') out += c;
  }
  return out;
}

std::string without_invisible(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size();) {
    const Character read = decode(text, i);
    if (read.code == kNoCharacter || !is_invisible(read.code)) out.append(text, i, read.bytes);
    i += read.bytes;
  }
  return out;
}

std::vector<std::uint64_t> word_hashes(std::string_view folded) {
  std::vector<std::uint64_t> hashes;
  for (std::size_t begin = 0; begin < folded.size();) {
    std::size_t end = folded.find(' ', begin);
    if (end == std::string_view::npos) end = folded.size();
    if (end > begin) hashes.push_back(hash_bytes(folded.substr(begin, end - begin)));
    begin = end + 1;
  }
  return hashes;
}

}  // namespace pawl::domain
