// Texts that were broken on purpose, from a seed: a failure replays.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/random.h"

namespace pawl::tests {

/// One of `seeds` with one to six faults: bytes lost, put in, changed or repeated, or a piece of another seed at the
/// end.
inline std::string mutated(const std::vector<std::string>& seeds, Random& random) {
  static const std::vector<std::string> kTokens = {
      "\"", "{",  "}",  "[",  "]",       ":",    ",",    "\n",           "null", "0",    "-1",     "1e308", "{{",
      "}}", "&a", "*a", "- ", "\\u0000", "\xFF", "\xC3", "\xE2\x80\x8B", "true", "not-", "assert", "''",    "\t"};
  std::string text = seeds[random.below(seeds.size())];
  for (std::size_t n = 1 + random.below(6); n > 0 && !text.empty(); --n) {
    const std::size_t at = random.below(text.size());
    switch (random.below(5)) {
      case 0:
        text.erase(at, 1 + random.below(8));
        break;
      case 1:
        text.insert(at, kTokens[random.below(kTokens.size())]);
        break;
      case 2:
        text[at] = static_cast<char>(static_cast<unsigned char>(random.below(256)));
        break;
      case 3:
        text.insert(at, text.substr(random.below(text.size()), 1 + random.below(40)));
        break;
      default:
        text += seeds[random.below(seeds.size())].substr(0, random.below(80));
        break;
    }
  }
  return text;
}

}  // namespace pawl::tests
