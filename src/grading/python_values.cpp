#include "grading/python_values.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

#include <nlohmann/json.hpp>

#include "grading/fold_case.h"

namespace pawl::grading {
namespace {

bool is_number(const Json& value) { return value.is_number() || value.is_boolean(); }

double as_double(const Json& value) {
  return value.is_boolean() ? (value.get<bool>() ? 1.0 : 0.0) : value.get<double>();
}

bool numbers_equal(const Json& a, const Json& b) {
  if (a.is_number_integer() && b.is_number_integer()) return a == b;  // exact beyond 2^53
  return as_double(a) == as_double(b);
}

/// The digits of a Python number without its underscores, which may stand between two digits only.
std::optional<std::string> without_underscores(std::string_view text) {
  const auto digit = [&](std::size_t at) { return at < text.size() && text[at] >= '0' && text[at] <= '9'; };
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '_') out += text[i];
    else if (i == 0 || !digit(i - 1) || !digit(i + 1)) return std::nullopt;
  }
  return out;
}

template <class Number>
std::optional<Number> parsed(std::string_view text) {
  Number value{};
  const auto end = std::from_chars(text.data(), text.data() + text.size(), value);
  if (end.ec != std::errc{} || end.ptr != text.data() + text.size()) return std::nullopt;
  return value;
}

bool only_digits(std::string_view text) {
  if (text.starts_with('-')) text.remove_prefix(1);
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

Type type_of(const Json& value) {
  if (value.is_boolean()) return Type::Boolean;
  if (value.is_number_integer()) return Type::Integer;
  if (value.is_number()) return Type::Float;
  if (value.is_string()) return Type::String;
  if (value.is_array()) return Type::List;
  if (value.is_object()) return Type::Dict;
  return Type::None;
}

bool python_equal(const Json& a, const Json& b) {
  if (is_number(a) && is_number(b)) return numbers_equal(a, b);
  if (a.is_array() && b.is_array()) return std::equal(a.begin(), a.end(), b.begin(), b.end(), python_equal);
  if (a.is_object() && b.is_object()) {
    if (a.size() != b.size()) return false;
    for (const auto& field : a.items()) {
      const auto other = b.find(field.key());
      if (other == b.end() || !python_equal(field.value(), *other)) return false;
    }
    return true;
  }
  return a == b;
}

bool python_in(const Json& value, const Json& list) {
  return std::any_of(list.begin(), list.end(), [&](const Json& item) { return python_equal(value, item); });
}

std::string standardized(std::string_view text) {
  constexpr std::string_view kDropped = " ,./-_*^";
  std::string kept;
  for (const char c : text) {
    if (kDropped.find(c) == std::string_view::npos) kept += c;
  }
  std::string out = fold_case(kept);
  std::replace(out.begin(), out.end(), '\'', '"');
  return out;
}

std::optional<Json> python_number(std::string_view text) {
  auto digits = without_underscores(text);
  if (!digits || digits->empty()) return std::nullopt;
  if (digits->starts_with('+')) digits->erase(0, 1);
  if (only_digits(*digits)) {
    if (const auto integer = parsed<std::int64_t>(*digits)) return Json(*integer);
    if (const auto large = parsed<double>(*digits)) return Json(*large);
  }
  if (const auto number = parsed<double>(*digits)) return Json(*number);
  return std::nullopt;
}

}  // namespace pawl::grading
