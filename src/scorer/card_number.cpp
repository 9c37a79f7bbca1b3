#include "scorer/card_number.h"

#include <string>
#include <vector>

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

/// A run of digits, with blanks and dashes between.
struct Run {
  std::size_t begin = 0;
  std::size_t end = 0;
  std::string digits;
};

bool is_card(const Run& run) {
  return run.digits.size() >= kShortest && run.digits.size() <= kLongest && luhn_valid(run.digits);
}

std::vector<Run> card_numbers(std::string_view text) {
  std::vector<Run> found;
  Run run;
  const auto close = [&] {
    if (is_card(run)) found.push_back(run);
    run = {};
  };
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (is_digit(c)) {
      if (run.digits.empty()) run.begin = i;
      run.digits += c;
      run.end = i + 1;
      continue;
    }
    const bool joins = (c == ' ' || c == '-') && !run.digits.empty() && i + 1 < text.size() && is_digit(text[i + 1]);
    if (!joins) close();
  }
  close();
  return found;
}

}  // namespace

bool contains_card_number(std::string_view text) { return !card_numbers(text).empty(); }

std::string without_card_numbers(std::string_view text, std::string_view by) {
  std::string out;
  std::size_t at = 0;
  for (const Run& run : card_numbers(text)) {
    out.append(text.substr(at, run.begin - at)).append(by);
    at = run.end;
  }
  return out.append(text.substr(at));
}

}  // namespace pawl::scorer
