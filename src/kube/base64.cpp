#include "kube/base64.h"

#include <cstdint>

namespace pawl::kube {
namespace {

int value_of(char c) {
  if (c >= 'A' && c <= 'Z') return c - 'A';
  if (c >= 'a' && c <= 'z') return c - 'a' + 26;
  if (c >= '0' && c <= '9') return c - '0' + 52;
  if (c == '+') return 62;
  if (c == '/') return 63;
  return -1;
}

}  // namespace

std::optional<std::string> base64_decode(std::string_view text) {
  std::string out;
  std::uint32_t bits = 0;
  int digits = 0;
  int padding = 0;
  for (const char c : text) {
    if (c == '\n' || c == '\r' || c == ' ' || c == '\t') continue;
    const int value = c == '=' ? 0 : value_of(c);
    padding += c == '=' ? 1 : 0;
    if (value < 0 || padding > 2 || (padding > 0 && c != '=')) return std::nullopt;
    bits = (bits << 6U) | static_cast<std::uint32_t>(value);
    if (++digits % 4 != 0) continue;
    for (const unsigned shift : {16U, 8U, 0U}) out += static_cast<char>((bits >> shift) & 0xFFU);
    bits = 0;
    if (padding > 0 && digits > 0) {
      out.resize(out.size() - static_cast<std::size_t>(padding));
      padding = 3;  // nothing may follow
    }
  }
  if (digits % 4 != 0) return std::nullopt;
  return out;
}

}  // namespace pawl::kube
