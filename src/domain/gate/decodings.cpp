#include "domain/gate/decodings.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include "domain/gate/fold_text.h"

namespace pawl::domain {
namespace {

constexpr std::size_t kRunMin = 24;
/// A line of at least this many characters of the alphabet may go on after a line break: no prose has such words.
constexpr std::size_t kBrokenLineMin = 40;
constexpr double kReadableShare = 0.9;

constexpr int kNoDigit = -1;

constexpr std::array<std::int8_t, 256> make_digits() {
  std::array<std::int8_t, 256> digits{};
  for (auto& digit : digits) digit = kNoDigit;
  for (int i = 0; i < 26; ++i) {
    digits[static_cast<std::size_t>('A' + i)] = static_cast<std::int8_t>(i);
    digits[static_cast<std::size_t>('a' + i)] = static_cast<std::int8_t>(26 + i);
  }
  for (int i = 0; i < 10; ++i) digits[static_cast<std::size_t>('0' + i)] = static_cast<std::int8_t>(52 + i);
  digits['+'] = digits['-'] = 62;
  digits['/'] = digits['_'] = 63;
  return digits;
}
constexpr std::array<std::int8_t, 256> kDigits = make_digits();

int digit_of(char c) { return kDigits[static_cast<unsigned char>(c)]; }

/// The length of a line break with its indentation, written plainly or as the escape \n; 0: none here.
std::size_t line_break(std::string_view text, std::size_t at) {
  std::size_t i = at;
  if (text.substr(i, 2) == "\\n") i += 2;
  else {
    if (i < text.size() && text[i] == '\r') ++i;
    if (i >= text.size() || text[i] != '\n') return 0;
    ++i;
  }
  while (i < text.size() && (text[i] == ' ' || text[i] == '\t')) ++i;
  return i - at;
}

/// Reads digits from `at`, over line breaks where the line is long; returns where the run ends.
std::size_t read_run(std::string_view text, std::size_t at, std::string& run) {
  std::size_t line = 0;
  while (at < text.size()) {
    if (digit_of(text[at]) != kNoDigit) {
      run += text[at++];
      ++line;
      continue;
    }
    const std::size_t skip = line >= kBrokenLineMin ? line_break(text, at) : 0;
    if (skip == 0 || at + skip >= text.size() || digit_of(text[at + skip]) == kNoDigit) break;
    at += skip;
    line = 0;
  }
  return at;
}

std::string decode(std::string_view run) {
  std::string bytes;
  bytes.reserve(run.size() * 3 / 4);
  std::uint32_t held = 0;
  int bits = 0;
  for (const char c : run) {
    held = (held << 6U) | static_cast<std::uint32_t>(digit_of(c));
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    bytes += static_cast<char>(static_cast<unsigned char>((held >> static_cast<unsigned>(bits)) & 0xFFU));
  }
  return bytes;
}

/// The length of the readable character at `at`: printable ASCII, a line break, or a whole character of UTF-8. 0:
/// noise.
std::size_t readable_at(std::string_view bytes, std::size_t at) {
  const auto lead = static_cast<unsigned char>(bytes[at]);
  if (lead < 0x80) return (lead >= 0x20 && lead != 0x7F) || lead == '\n' || lead == '\t' || lead == '\r' ? 1 : 0;
  const std::size_t size = lead >= 0xF0 && lead < 0xF5 ? 4U : lead >= 0xE0 ? 3U : lead >= 0xC2 ? 2U : 0U;
  if (size == 0 || lead >= 0xF5 || at + size > bytes.size()) return 0;
  for (std::size_t i = 1; i < size; ++i) {
    if ((static_cast<unsigned char>(bytes[at + i]) & 0xC0U) != 0x80U) return 0;
  }
  return size;
}

double readable_share(std::string_view bytes) {
  std::size_t good = 0;
  for (std::size_t i = 0; i < bytes.size();) {
    const std::size_t size = readable_at(bytes, i);
    good += size;
    i += std::max<std::size_t>(size, 1);
  }
  return bytes.empty() ? 0 : static_cast<double>(good) / static_cast<double>(bytes.size());
}

/// The run may have been glued to letters before it: of the four ways to begin, the one that reads best.
std::string decode_somewhere(const std::string& run) {
  std::string best;
  double best_share = kReadableShare;
  for (std::size_t skip = 0; skip < 4 && best_share < 1; ++skip) {
    std::string bytes = decode(std::string_view(run).substr(skip));
    const double share = readable_share(bytes);
    if (share < best_share || (share == best_share && !best.empty())) continue;
    best_share = share;
    best = std::move(bytes);
  }
  return best;
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

/// Appends the UTF-8 of \uXXXX at `at`, a surrogate pair included. Returns the characters read; 0: it is none.
std::size_t read_unicode_escape(std::string_view text, std::size_t at, std::string& out) {
  const auto unit = [&](std::size_t from) -> int {
    if (from + 6 > text.size() || text[from] != '\\' || text[from + 1] != 'u') return -1;
    int value = 0;
    for (std::size_t i = from + 2; i < from + 6; ++i) {
      const int digit = hex_digit(text[i]);
      if (digit < 0) return -1;
      value = value * 16 + digit;
    }
    return value;
  };
  const int first = unit(at);
  if (first < 0) return 0;
  auto code = static_cast<std::uint32_t>(first);
  std::size_t read = 6;
  if (const int second = unit(at + 6); first >= 0xD800 && first < 0xDC00 && second >= 0xDC00 && second < 0xE000) {
    code = 0x10000U + ((code - 0xD800U) << 10U) + (static_cast<std::uint32_t>(second) - 0xDC00U);
    read = 12;
  }
  const auto put = [&](std::uint32_t byte) { out += static_cast<char>(static_cast<unsigned char>(byte)); };
  if (code < 0x80) {
    put(code);
  } else if (code < 0x800) {
    put(0xC0U | (code >> 6U));
    put(0x80U | (code & 0x3FU));
  } else if (code < 0x10000) {
    put(0xE0U | (code >> 12U));
    put(0x80U | ((code >> 6U) & 0x3FU));
    put(0x80U | (code & 0x3FU));
  } else {
    put(0xF0U | (code >> 18U));
    put(0x80U | ((code >> 12U) & 0x3FU));
    put(0x80U | ((code >> 6U) & 0x3FU));
    put(0x80U | (code & 0x3FU));
  }
  return read;
}

/// Appends what one escape stands for. Returns the characters read; 0: a backslash that begins no escape.
std::size_t read_escape(std::string_view text, std::size_t at, std::string& out) {
  if (at + 1 >= text.size()) return 0;
  const char next = text[at + 1];
  if (next == 'u') return read_unicode_escape(text, at, out);
  if (next == 'n' || next == 'r' || next == 't') out += '\n';
  else if (next == '"' || next == '\\' || next == '/') out += next;
  else return 0;
  return 2;
}

using Decoding = std::string (*)(std::string_view);
constexpr Decoding kDecodings[] = {rot13, unescape, decode_base64_runs};

}  // namespace

std::string rot13(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>('a' + (c - 'a' + 13) % 26);
    else if (c >= 'A' && c <= 'Z') c = static_cast<char>('A' + (c - 'A' + 13) % 26);
  }
  return out;
}

std::string unescape(std::string_view text) {
  std::string out;
  bool found = false;
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t read = text[i] == '\\' ? read_escape(text, i, out) : 0;
    found = found || read > 0;
    if (read == 0) out += text[i];
    i += read == 0 ? 1 : read;
  }
  return found ? out : std::string{};
}

std::string decode_base64_runs(std::string_view text) {
  std::string out;
  std::string run;
  for (std::size_t i = 0; i < text.size();) {
    if (digit_of(text[i]) == kNoDigit) {
      ++i;
      continue;
    }
    run.clear();
    i = read_run(text, i, run);
    if (run.size() < kRunMin) continue;
    const std::string decoded = decode_somewhere(run);
    if (!decoded.empty()) out += decoded + "\n";
  }
  return out;
}

std::vector<std::string> readings_of(std::string_view text) {
  std::vector<std::string> readings{without_invisible(text)};
  for (const Decoding first : kDecodings) {
    std::string once = first(readings.front());
    if (once.empty()) continue;
    for (const Decoding second : kDecodings) {
      if (first == rot13 && second == rot13) continue;
      std::string twice = second(once);
      if (!twice.empty()) readings.push_back(std::move(twice));
    }
    readings.push_back(std::move(once));
  }
  return readings;
}

}  // namespace pawl::domain
