#include "scorer/card_number.h"

#include <string>

namespace pawl::scorer {
namespace {

constexpr std::size_t kShortest = 13;
constexpr std::size_t kLongest = 19;

bool luhn_valid(std::string_view digits) {
  int sum = 0;
  bool twice = false;
  for (auto it = digits.rbegin(); it != digits.rend(); ++it) {
    int digit = *it - '0';
    if (twice) digit = digit * 2 > 9 ? digit * 2 - 9 : digit * 2;
    sum += digit;
    twice = !twice;
  }
  return sum % 10 == 0;
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

}  // namespace

bool contains_card_number(std::string_view text) {
  std::string run;
  const auto is_card = [&] { return run.size() >= kShortest && run.size() <= kLongest && luhn_valid(run); };
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (is_digit(c)) {
      run += c;
      continue;
    }
    const bool joins = (c == ' ' || c == '-') && !run.empty() && i + 1 < text.size() && is_digit(text[i + 1]);
    if (joins) continue;
    if (is_card()) return true;
    run.clear();
  }
  return is_card();
}

}  // namespace pawl::scorer
