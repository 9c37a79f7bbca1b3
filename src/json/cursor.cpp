#include "json/cursor.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include "json/decimal.h"

namespace pawl::json {
namespace {

const Json& empty_object() {
  static const Json empty = Json::object();
  return empty;
}

std::string_view type_of(const Json& value) {
  if (value.is_number_float()) return "a fraction";
  if (value.is_number()) return "a number";
  if (value.is_boolean()) return "a boolean";
  if (value.is_string()) return "a string";
  if (value.is_array()) return "a list";
  if (value.is_object()) return "an object";
  return "null";
}

constexpr std::size_t kQuotedMax = 80;

/// Enough of a wrong text to recognise it; spec texts may be large.
std::string quoted(const std::string& text) {
  return text.size() <= kQuotedMax ? fmt::format("\"{}\"", text) : fmt::format("\"{}...\"", text.substr(0, kQuotedMax));
}

}  // namespace

std::string describe(const std::vector<Fault>& faults) {
  std::string text;
  for (const Fault& fault : faults) {
    if (!text.empty()) text += "; ";
    text += fault.path + ": " + fault.message;
  }
  return text;
}

void Reading::asked(const std::string& path) {
  std::string plain;
  bool inside = false;
  for (const char c : path) {
    if (c == ']') inside = false;
    if (!inside) plain += c;
    if (c == '[') inside = true;
  }
  asked_.insert(std::move(plain));
}

Cursor::Cursor(Trusted, const Json* value, std::string path, Reading* reading)
    : value_(value), path_(std::move(path)), reading_(reading) {}

Cursor::Cursor(const Json& value, std::string path, Reading& reading)
    : Cursor(Trusted{}, &value, std::move(path), &reading) {
  if (value.is_object()) return;
  value_ = &empty_object();
  if (!value.is_null()) fault(fmt::format("must be an object, not {}", type_of(value)));
}

std::string Cursor::at(std::string_view key) const {
  return path_.empty() ? std::string(key) : fmt::format("{}.{}", path_, key);
}

void Cursor::fault(std::string message) const { reading_->add(path_, std::move(message)); }

void Cursor::fault_at(std::string_view key, std::string message) const { reading_->add(at(key), std::move(message)); }

void Cursor::wrong_type(std::string_view key, std::string_view wanted, const Json& found) const {
  fault_at(key, fmt::format("must be {}, not {}", wanted, type_of(found)));
}

void Cursor::unknown_word(std::string_view key, const std::string& word,
                          const std::vector<std::string_view>& known) const {
  fault_at(key, fmt::format("{} is not one of {}", quoted(word), fmt::join(known, ", ")));
}

const Json* Cursor::find(std::string_view key) const {
  reading_->asked(at(key));
  const auto it = value_->find(std::string(key));
  return it == value_->end() || it->is_null() ? nullptr : &*it;
}

bool Cursor::has(std::string_view key) const { return find(key) != nullptr; }

bool Cursor::check_length(const std::string& where, const std::string& text, Length length) const {
  if (text.size() < length.min) {
    reading_->add(where, text.empty() ? "must not be empty" : fmt::format("is shorter than {} bytes", length.min));
    return false;
  }
  if (text.size() > length.max) {
    reading_->add(where, fmt::format("{} bytes are above {}", text.size(), length.max));
    return false;
  }
  return true;
}

std::optional<std::string> Cursor::optional_string(std::string_view key, Length length) const {
  const Json* found = find(key);
  if (found == nullptr) return std::nullopt;
  if (!found->is_string()) {
    wrong_type(key, "a string", *found);
    return std::nullopt;
  }
  const std::string& text = found->get_ref<const std::string&>();
  return check_length(at(key), text, length) ? std::optional(text) : std::nullopt;
}

std::string Cursor::required_string(std::string_view key, Length length) const {
  if (!has(key)) fault_at(key, "is required");
  return optional_string(key, length).value_or(std::string{});
}

std::optional<std::int64_t> Cursor::optional_integer(std::string_view key, Range range) const {
  const Json* found = find(key);
  if (found == nullptr) return std::nullopt;
  if (!found->is_number_integer()) {
    wrong_type(key, "an integer", *found);
    return std::nullopt;
  }
  constexpr auto kMax = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  const bool too_large = found->is_number_unsigned() && found->get<std::uint64_t>() > kMax;
  if (too_large || found->get<std::int64_t>() > range.max) {
    fault_at(key, fmt::format("{} is above {}", found->dump(), range.max));
    return std::nullopt;
  }
  const auto value = found->get<std::int64_t>();
  if (value < range.min) {
    fault_at(key, fmt::format("{} is below {}", value, range.min));
    return std::nullopt;
  }
  return value;
}

std::int64_t Cursor::required_integer(std::string_view key, Range range) const {
  if (!has(key)) fault_at(key, "is required");
  return optional_integer(key, range).value_or(0);
}

int Cursor::int_or(std::string_view key, int fallback, Range range) const {
  PAWL_ASSERT(range.min >= std::numeric_limits<int>::min() && range.max <= std::numeric_limits<int>::max());
  const auto value = optional_integer(key, range);
  return value ? static_cast<int>(*value) : fallback;
}

std::optional<bool> Cursor::optional_boolean(std::string_view key) const {
  const Json* found = find(key);
  if (found == nullptr) return std::nullopt;
  if (!found->is_boolean()) {
    wrong_type(key, "a boolean", *found);
    return std::nullopt;
  }
  return found->get<bool>();
}

std::optional<double> Cursor::optional_decimal(std::string_view key, Between between) const {
  const auto text = optional_string(key);
  if (!text) return std::nullopt;
  const auto value = parse_decimal(*text);
  if (!value) {
    fault_at(key, fmt::format("{} is not a decimal such as \"0.05\"", quoted(*text)));
    return std::nullopt;
  }
  const bool low = between.from ? *value < between.above : !(*value > between.above);
  if (!low && *value < between.below) return value;
  fault_at(key, fmt::format("{} must be {} {} and below {}", *text, between.from ? "at least" : "above", between.above,
                            between.below));
  return std::nullopt;
}

double Cursor::required_decimal(std::string_view key, Between between) const {
  if (!has(key)) fault_at(key, "is required");
  return optional_decimal(key, between).value_or(0);
}

std::optional<double> Cursor::optional_number(std::string_view key, Between between) const {
  const Json* found = find(key);
  if (found == nullptr) return std::nullopt;
  if (!found->is_number()) {
    wrong_type(key, "a number", *found);
    return std::nullopt;
  }
  const double value = found->get<double>();
  if (value > between.above && value < between.below) return value;
  fault_at(key, fmt::format("{} must be above {} and below {}", found->dump(), between.above, between.below));
  return std::nullopt;
}

std::optional<Duration> Cursor::optional_duration(std::string_view key, Span span) const {
  const auto text = optional_string(key);
  if (!text) return std::nullopt;
  const auto value = parse_duration(*text);
  if (!value) {
    fault_at(key, fmt::format("{} is not a duration such as \"1m30s\"", quoted(*text)));
    return std::nullopt;
  }
  if (*value < span.min || *value > span.max) {
    const bool below = *value < span.min;
    fault_at(key, fmt::format("{} is {} {}", *text, below ? "below" : "above",
                              format_duration(below ? span.min : span.max)));
    return std::nullopt;
  }
  return value;
}

std::optional<Instant> Cursor::optional_time(std::string_view key) const {
  const auto text = optional_string(key);
  if (!text) return std::nullopt;
  const auto value = parse_rfc3339(*text);
  if (!value) fault_at(key, fmt::format("{} is not a time such as \"2026-11-24T03:07:12Z\"", quoted(*text)));
  return value;
}

Instant Cursor::required_time(std::string_view key) const {
  if (!has(key)) fault_at(key, "is required");
  return optional_time(key).value_or(Instant{});
}

std::optional<Cursor> Cursor::optional_object(std::string_view key) const {
  const Json* found = find(key);
  if (found == nullptr) return std::nullopt;
  if (!found->is_object()) {
    wrong_type(key, "an object", *found);
    return std::nullopt;
  }
  return Cursor(Trusted{}, found, at(key), reading_);
}

Cursor Cursor::required_object(std::string_view key) const {
  if (!has(key)) fault_at(key, "is required");
  return object_or_empty(key);
}

Cursor Cursor::object_or_empty(std::string_view key) const {
  return optional_object(key).value_or(Cursor(Trusted{}, &empty_object(), at(key), reading_));
}

const Json* Cursor::find_list(std::string_view key, std::size_t max) const {
  const Json* found = find(key);
  if (found == nullptr) return nullptr;
  if (!found->is_array()) {
    wrong_type(key, "a list", *found);
    return nullptr;
  }
  if (found->size() > max) {
    fault_at(key, fmt::format("{} items are above {}", found->size(), max));
    return nullptr;
  }
  return found;
}

std::vector<Cursor> Cursor::objects(std::string_view key, std::size_t max) const {
  std::vector<Cursor> items;
  const Json* list = find_list(key, max);
  if (list == nullptr) return items;
  for (std::size_t i = 0; i < list->size(); ++i) {
    const Json& item = (*list)[i];
    std::string where = fmt::format("{}[{}]", at(key), i);
    if (item.is_object()) {
      items.push_back(Cursor(Trusted{}, &item, std::move(where), reading_));
    } else {
      reading_->add(std::move(where), fmt::format("must be an object, not {}", type_of(item)));
    }
  }
  return items;
}

std::vector<Cursor> Cursor::required_objects(std::string_view key, std::size_t max) const {
  const Json* found = find(key);
  if (found == nullptr) fault_at(key, "is required");
  if (found != nullptr && found->is_array() && found->empty()) fault_at(key, "must not be empty");
  return objects(key, max);
}

std::vector<std::string> Cursor::strings(std::string_view key, std::size_t max, Length length) const {
  std::vector<std::string> items;
  const Json* list = find_list(key, max);
  if (list == nullptr) return items;
  for (std::size_t i = 0; i < list->size(); ++i) {
    const Json& item = (*list)[i];
    const std::string where = fmt::format("{}[{}]", at(key), i);
    if (!item.is_string()) {
      reading_->add(where, fmt::format("must be a string, not {}", type_of(item)));
    } else if (check_length(where, item.get_ref<const std::string&>(), length)) {
      items.push_back(item.get<std::string>());
    }
  }
  return items;
}

void Cursor::refuse_others(std::initializer_list<std::string_view> known) const {
  for (const auto& field : value_->items()) {
    if (std::find(known.begin(), known.end(), field.key()) != known.end()) continue;
    fault_at(field.key(), fmt::format("is not a field here; known are {}", fmt::join(known, ", ")));
  }
}

void Cursor::refuse_repeats(const std::vector<Cursor>& items, std::string_view key) {
  std::set<std::string> seen;
  for (const Cursor& item : items) {
    const auto it = item.value_->find(std::string(key));
    if (it == item.value_->end() || !it->is_string()) continue;
    const std::string& value = it->get_ref<const std::string&>();
    if (!seen.insert(value).second) {
      item.fault_at(key, fmt::format("{} appears twice; names must differ", quoted(value)));
    }
  }
}

}  // namespace pawl::json
