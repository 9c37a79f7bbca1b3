#include "grading/text_graders.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <numeric>
#include <optional>

#include <fmt/format.h>

#include "grading/fold_case.h"

namespace pawl::grading {
namespace {

constexpr std::string_view kBlank = " \t\r\n";
constexpr std::string_view kDigits = "0123456789";

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(kBlank);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlank) - first + 1);
}

std::string prepared(std::string_view text, Case letters) {
  return letters == Case::Ignored ? fold_case(text) : std::string(text);
}

std::string quoted_list(const std::vector<std::string>& values) {
  std::string out;
  for (const std::string& value : values) out += (out.empty() ? "\"" : ", \"") + value + "\"";
  return out;
}

Score yes(std::string reason) { return {1, std::move(reason)}; }
Score no(std::string reason) { return {0, std::move(reason)}; }

std::optional<double> whole_number(std::string_view text) {
  double value = 0;
  const auto end = std::from_chars(text.data(), text.data() + text.size(), value);
  if (end.ec != std::errc{} || end.ptr != text.data() + text.size() || !std::isfinite(value)) return std::nullopt;
  return value;
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// Where the number ends that begins at a digit: digits with thousands' commas, a fraction, an exponent.
std::size_t number_end(std::string_view text, std::size_t at) {
  const auto digits = [&](std::size_t from) {
    while (from < text.size() && is_digit(text[from])) ++from;
    return from;
  };
  std::size_t end = digits(at);
  while (end < text.size() && text[end] == ',' && digits(end + 1) == end + 4) end += 4;
  if (end < text.size() && text[end] == '.' && digits(end + 1) > end + 1) end = digits(end + 1);
  if (end < text.size() && (text[end] == 'e' || text[end] == 'E')) {
    const std::size_t sign =
        end + 1 < text.size() && (text[end + 1] == '-' || text[end + 1] == '+') ? end + 2 : end + 1;
    if (digits(sign) > sign) end = digits(sign);
  }
  return end;
}

std::optional<double> last_number(std::string_view text) {
  std::optional<double> last;
  for (std::size_t at = text.find_first_of(kDigits); at != std::string_view::npos;) {
    const std::size_t end = number_end(text, at);
    const bool point = at > 0 && text[at - 1] == '.';
    const std::size_t first = point ? at - 1 : at;
    const bool minus = first > 0 && text[first - 1] == '-' && (first == 1 || !is_digit(text[first - 2]));
    std::string digits = minus ? "-" : "";
    for (const char c : text.substr(first, end - first)) {
      if (c != ',' && c != '+') digits += c;
    }
    if (const auto value = whole_number(digits)) last = value;
    at = text.find_first_of(kDigits, end);
  }
  return last;
}

}  // namespace

Score grade_exact(const std::vector<std::string>& values, Case letters, std::string_view text) {
  const std::string found = prepared(trimmed(text), letters);
  const bool equal = std::any_of(values.begin(), values.end(),
                                 [&](const std::string& value) { return prepared(trimmed(value), letters) == found; });
  return equal ? yes("is an accepted text") : no("is none of " + quoted_list(values));
}

Score grade_prefix(const std::vector<std::string>& values, Case letters, std::string_view text) {
  const std::string found = prepared(text, letters);
  const bool begins = std::any_of(values.begin(), values.end(), [&](const std::string& value) {
    return found.starts_with(prepared(value, letters));
  });
  return begins ? yes("begins with an accepted text") : no("begins with none of " + quoted_list(values));
}

Score grade_contains(const std::vector<std::string>& values, Need need, Case letters, std::string_view text) {
  const std::string found = prepared(text, letters);
  std::vector<std::string> missing;
  for (const std::string& value : values) {
    if (found.find(prepared(value, letters)) == std::string::npos) missing.push_back(value);
  }
  const bool good = need == Need::All ? missing.empty() : missing.size() < values.size();
  return good ? yes("has what it must") : no((need == Need::All ? "lacks " : "has none of ") + quoted_list(missing));
}

Score grade_regex(const Pattern& pattern, std::string_view text) {
  return pattern.found_in(text) ? yes("matches the expression") : no("does not match the expression");
}

Score grade_numeric(double expected, Tolerance tolerance, std::string_view text) {
  const std::string_view inner = trimmed(text);
  const std::optional<double> whole = whole_number(inner);
  const std::optional<double> found = whole ? whole : last_number(inner);
  if (!found) return no("has no number in it");
  const double off = std::abs(*found - expected);
  const bool near = off <= tolerance.absolute || off <= tolerance.relative * std::abs(expected);
  return {near ? 1.0 : 0.0, fmt::format("{} is {} off {}", *found, off, expected)};
}

std::size_t edit_distance(std::string_view a, std::string_view b) {
  const std::u32string across = code_points(a);
  const std::u32string down = code_points(b);
  std::vector<std::size_t> row(across.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < down.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i + 1;
    for (std::size_t j = 0; j < across.size(); ++j) {
      const std::size_t substituted = diagonal + (across[j] == down[i] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({substituted, row[j] + 1, row[j + 1] + 1});
    }
  }
  return row.back();
}

double similarity(std::string_view a, std::string_view b) {
  const std::size_t longest = std::max(code_points(a).size(), code_points(b).size());
  if (longest == 0) return 1;
  return 1 - static_cast<double>(edit_distance(a, b)) / static_cast<double>(longest);
}

}  // namespace pawl::grading
