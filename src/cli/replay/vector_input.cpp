#include "cli/replay/vector_input.h"

#include <fmt/format.h>

#include <cmath>

#include <nlohmann/json.hpp>

namespace pawl::cli {

using nlohmann::json;

bool VectorInput::given(const char* key) const {
  const json* value = find(key);
  return value != nullptr && !value->is_null();
}

double VectorInput::number(const char* key) {
  const json* value = find(key);
  if (value != nullptr && value->is_number()) return value->get<double>();
  refuse(key, "a number");
  return 0;
}

double VectorInput::number_or(const char* key, double otherwise) { return given(key) ? number(key) : otherwise; }

double VectorInput::count(const char* key) {
  const double value = number(key);
  if (value >= 0 && value <= 1e9 && value == std::floor(value)) return value;
  refuse(key, "a whole number from 0 to 1e9");
  return 0;
}

Numbers VectorInput::numbers(const char* key) { return read_numbers(key, find(key)); }

Numbers VectorInput::numbers_or(const char* key, Numbers otherwise) {
  return given(key) ? numbers(key) : std::move(otherwise);
}

std::vector<std::optional<Numbers>> VectorInput::rows(const char* key, std::size_t width) {
  const json* value = find(key);
  std::vector<std::optional<Numbers>> out;
  if (value == nullptr || !value->is_array()) {
    refuse(key, "a list of lists");
    return out;
  }
  for (const json& item : *value) {
    if (item.is_null()) {
      out.emplace_back();
      continue;
    }
    out.emplace_back(read_numbers(key, &item));
    if (out.back()->size() != width) refuse(key, fmt::format("lists of {} numbers", width));
    out.back()->resize(width);
  }
  return out;
}

std::vector<Numbers> VectorInput::full_rows(const char* key, std::size_t width) {
  std::vector<Numbers> out;
  for (std::optional<Numbers>& row : rows(key, width)) {
    if (!row) refuse(key, "lists without null");
    out.push_back(row ? std::move(*row) : Numbers(width, 0));
  }
  return out;
}

void VectorInput::refuse(const char* key, const std::string& wanted) {
  if (fault_.empty()) fault_ = fmt::format("input.{} must be {}", key, wanted);
}

const json* VectorInput::find(const char* key) const {
  const auto it = object_.find(key);
  return it == object_.end() ? nullptr : &*it;
}

Numbers VectorInput::read_numbers(const char* key, const json* value) {
  Numbers out;
  if (value == nullptr || !value->is_array()) {
    refuse(key, "a list of numbers");
    return out;
  }
  for (const json& item : *value) {
    if (!item.is_number()) refuse(key, "a list of numbers");
    out.push_back(item.is_number() ? item.get<double>() : 0);
  }
  return out;
}

Numbers VectorInput::numbers_of_length(const char* key, std::size_t length) {
  Numbers values = numbers(key);
  if (values.size() == length) return values;
  refuse(key, fmt::format("{} numbers: this build bets on so many", length));
  return {};
}

}  // namespace pawl::cli
