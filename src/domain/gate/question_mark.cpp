#include "domain/gate/question_mark.h"

#include <fmt/format.h>

#include "base/sha256.h"

namespace pawl::domain {
namespace {

constexpr std::size_t kBlock = 64;  // bytes of a block of SHA-256
constexpr std::size_t kHalf = 16;   // hex digits of either half

int value_of(char hex) { return hex <= '9' ? hex - '0' : hex - 'a' + 10; }

std::string sha256_bytes(std::string_view text) {
  const std::string hex = sha256_hex(text);
  std::string bytes;
  for (std::size_t i = 0; i < hex.size(); i += 2) {
    bytes += static_cast<char>(value_of(hex[i]) * 16 + value_of(hex[i + 1]));
  }
  return bytes;
}

std::string hmac_hex(std::string_view key, std::string_view text) {
  std::string block(key.size() > kBlock ? sha256_bytes(key) : std::string(key));
  block.resize(kBlock, '\0');
  std::string inner;
  std::string outer;
  for (const char byte : block) {
    inner += static_cast<char>(byte ^ 0x36);
    outer += static_cast<char>(byte ^ 0x5c);
  }
  return sha256_hex(outer + sha256_bytes(inner + std::string(text)));
}

/// The half that proves the other. Its first digit says the variant of a UUID, so it holds two bits only.
std::string proof(std::string_view key, const std::string& nonce) {
  std::string out = hmac_hex(key, "pawl gate question 1\n" + nonce).substr(0, kHalf);
  out[0] = "89ab"[value_of(out[0]) % 4];
  return out;
}

std::string dashed(const std::string& hex) {
  return hex.substr(0, 8) + "-" + hex.substr(8, 4) + "-" + hex.substr(12, 4) + "-" + hex.substr(16, 4) + "-" +
         hex.substr(20);
}

}  // namespace

std::string marked_conversation(std::string_view key, std::uint64_t nonce) {
  std::string half = fmt::format("{:016x}", nonce);
  half[12] = '4';  // the version
  return dashed(half + proof(key, half));
}

bool is_marked(std::string_view key, std::string_view conversation) {
  std::string hex;
  for (const char c : conversation) {
    if (c != '-') hex += c;
  }
  if (hex.size() != 2 * kHalf || conversation != dashed(hex)) return false;
  return hex.substr(kHalf) == proof(key, hex.substr(0, kHalf));
}

}  // namespace pawl::domain
