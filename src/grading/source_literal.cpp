// The forms that BFCL v4 reads (bfcl-eval, type_convertor/), including where it is stricter or laxer than the
// languages: its ground truths rely on that.
#include "grading/source_literal.h"

#include <functional>
#include <vector>

#include <re2/re2.h>
#include <nlohmann/json.hpp>

#include "grading/python_values.h"

namespace pawl::grading {
namespace {

using re2::RE2;
using Texts = std::vector<std::string>;

bool is(const std::string& text, const RE2& form) { return RE2::FullMatch(text, form); }

std::string stripped(std::string_view text) {
  constexpr std::string_view kBlank = " \t\r\n\f\v";
  const std::size_t first = text.find_first_not_of(kBlank);
  if (first == std::string_view::npos) return {};
  return std::string(text.substr(first, text.find_last_not_of(kBlank) - first + 1));
}

std::string without_ends(const std::string& text) {
  return text.size() < 2 ? std::string() : text.substr(1, text.size() - 2);
}

Texts split_at_commas(const std::string& text) {
  Texts out(1);
  for (const char c : text) {
    if (c == ',') out.emplace_back();
    else out.back() += c;
  }
  return out;
}

bool wrapped_in(const std::string& text, char quote) {
  return !text.empty() && text.front() == quote && text.back() == quote;
}

Json number_or_text(const std::string& text) { return python_number(text).value_or(Json(text)); }

Result<Json> unsupported(std::string_view type) {
  return fail(ErrorKind::Invalid, "a parameter of type '" + std::string(type) +
                                      "' cannot be read from source text; use another type in the tool's definition");
}

const RE2& integer_form() {
  static const RE2 form(R"(-?\d+)");
  return form;
}

// ---- Java

Json java_untyped(const std::string& text) {
  static const RE2 kLong(R"(-?\d+[lL])");
  static const RE2 kFloat(R"(-?\d+(\.\d+)?([eE][+-]?\d+)?[fF])");
  if (text == "true" || text == "false") return text == "true";
  if (wrapped_in(text, '"')) return without_ends(text);
  if (is(text, kLong) || is(text, kFloat)) return number_or_text(text.substr(0, text.size() - 1));
  return number_or_text(text);
}

Result<Json> java_items(const Texts& items, std::string_view nested, bool quotes_end) {
  Json out = Json::array();
  for (const std::string& item : items) {
    if (quotes_end && (nested == "char" || nested == "String")) {
      out.push_back(without_ends(item));
    } else if (nested.empty()) {
      out.push_back(java_untyped(item));
    } else {
      auto value = java_value(item, nested, {});
      if (!value) return value;
      out.push_back(std::move(*value));
    }
  }
  return out;
}

Result<Json> java_array_list(const std::string& text, std::string_view nested) {
  static const RE2 kAsList(R"(new\s+ArrayList<\w*>\(Arrays\.asList\((.+?)\)\))");
  static const RE2 kAdds(R"((?s)new\s+ArrayList<\w*>\(\)\s*\{\{\s*(.+?)\s*\}\})");
  static const RE2 kAdd(R"(add\((.+?)\))");
  static const RE2 kEmpty(R"(new\s+ArrayList<\w*>\(\))");
  std::string inner;
  Texts items;
  if (RE2::PartialMatch(text, kAsList, &inner)) {
    for (const std::string& item : split_at_commas(inner)) items.push_back(stripped(item));
    return java_items(items, nested, true);
  }
  if (RE2::PartialMatch(text, kAdds, &inner)) {
    re2::StringPiece rest(inner);
    std::string item;
    while (RE2::FindAndConsume(&rest, kAdd, &item)) items.push_back(stripped(item));
    return java_items(items, nested, true);
  }
  if (RE2::PartialMatch(text, kEmpty)) return Json::array();
  return Json(text);
}

Result<Json> java_array(const std::string& text, std::string_view nested) {
  static const RE2 kArray(R"(new\s+\w+\[\]\s*\{(.*?)\})");
  std::string inner;
  if (!RE2::PartialMatch(text, kArray, &inner)) return Json(text);
  Texts items;
  for (const std::string& item : split_at_commas(inner)) {
    if (auto clean = stripped(item); !clean.empty()) items.push_back(std::move(clean));
  }
  return java_items(items, nested, false);
}

Json java_hash_map(const std::string& text) {
  static const RE2 kPuts(R"((?s)new\s+HashMap<.*?>\s*\(\)\s*\{\s*\{?\s*(.*?)\s*\}?\s*\})");
  static const RE2 kPut(R"re(put\("(.*?)",\s*(.*?)\))re");
  static const RE2 kEmpty(R"(new\s+HashMap<.*?>\s*\(\))");
  Json out = Json::object();
  std::string inner;
  if (RE2::PartialMatch(text, kPuts, &inner)) {
    re2::StringPiece rest(inner);
    std::string key;
    std::string value;
    while (RE2::FindAndConsume(&rest, kPut, &key, &value)) out[key] = java_untyped(stripped(value));
    return out;
  }
  return RE2::PartialMatch(text, kEmpty) ? out : Json(text);
}

// ---- JavaScript

Json javascript_untyped(const std::string& text) {
  const std::string clean = stripped(text);
  if (clean == "true" || clean == "false") return clean == "true";
  if (wrapped_in(clean, '"') || wrapped_in(clean, '\'')) return without_ends(clean);
  return number_or_text(clean);
}

Json javascript_rows(const std::string& text) {
  static const RE2 kRow(R"(\[(.*?)\])");
  Json out = Json::array();
  re2::StringPiece rest(text);
  std::string row;
  while (RE2::FindAndConsume(&rest, kRow, &row)) {
    row = stripped(row);
    if (out.empty() && row.starts_with('[')) row.erase(0, 1);
    Json items = Json::array();
    for (const std::string& item : split_at_commas(row)) items.push_back(javascript_untyped(item));
    out.push_back(std::move(items));
  }
  return out;
}

Json javascript_array(const std::string& source, std::string_view nested) {
  static const RE2 kRows(R"((\[\s*\[.*?\]\s*(?:,\s*\[.*?\]\s*)*\]|\bnew\s+Array\(\s*\[.*?\]\s*(?:,\s*\[.*?\]\s*)*\)))");
  static const RE2 kItems(R"((?:\[(.*?)\]|\bnew\s+Array\((.*?)\)))");
  const std::string text = stripped(source);
  re2::StringPiece rest(text);
  std::string found;
  std::string other;
  if (RE2::Consume(&rest, kRows, &found)) return javascript_rows(found);
  if (!RE2::Consume(&rest, kItems, &found, &other)) return text;
  const std::string inner = stripped(found.empty() ? other : found);
  Json out = Json::array();
  if (inner.empty()) return out;
  for (const std::string& item : split_at_commas(inner)) {
    const std::string clean = stripped(item);
    const bool quoted = clean.starts_with('\'') || clean.starts_with('"');
    if (nested.empty()) {
      out.push_back(javascript_untyped(clean));
    } else {
      auto value = javascript_value(clean, nested, quoted ? "String" : "");
      if (!value) return text;
      out.push_back(std::move(*value));
    }
  }
  return out;
}

/// Where a member's value ends: at a comma that another "key:" follows, or at the end.
std::size_t value_end(const std::string& text, std::size_t from, std::size_t& next) {
  for (std::size_t at = from; at < text.size(); ++at) {
    if (text[at] != ',') continue;
    const std::size_t key = text.find_first_not_of(" \t\r\n\f\v", at + 1);
    if (key == std::string::npos) continue;
    const std::size_t stop = text.find_first_of(",:", key);
    if (stop == std::string::npos || text[stop] != ':' || stop == key) continue;
    next = key;
    return at;
  }
  next = text.size();
  return text.size();
}

std::string without_quotes(std::string text) {
  constexpr std::string_view kQuotes = "'\"";
  const std::size_t first = text.find_first_not_of(kQuotes);
  if (first == std::string::npos) return {};
  return text.substr(first, text.find_last_not_of(kQuotes) - first + 1);
}

Json javascript_object(const std::string& source) {
  static const RE2 kObject(R"(\{(.*?)\})");
  const std::string text = stripped(source);
  if (text == "{}") return Json::object();
  re2::StringPiece rest(text);
  std::string inner;
  if (!RE2::Consume(&rest, kObject, &inner)) return text;
  Json out = Json::object();
  for (std::size_t at = 0; at < inner.size();) {
    const std::size_t colon = inner.find(':', at);
    if (colon == std::string::npos || colon == at) break;
    const std::size_t from = std::min(inner.find_first_not_of(" \t\r\n\f\v", colon + 1), inner.size());
    std::size_t next = 0;
    const std::size_t end = value_end(inner, from, next);
    const std::string key = without_quotes(stripped(inner.substr(at, colon - at)));
    const std::string value = stripped(inner.substr(from, end - from));
    if (value.starts_with('[') && value.ends_with(']')) out[key] = javascript_array(value, {});
    else if (value.starts_with('{') && value.ends_with('}')) out[key] = javascript_object(value);
    else out[key] = javascript_untyped(without_quotes(value));
    at = next;
  }
  return out;
}

}  // namespace

Result<Json> java_value(const std::string& text, std::string_view type, std::string_view nested) {
  static const RE2 kFloat(R"(-?\d+(\.\d+)?([eE][+-]?\d+)?[fF])");
  static const RE2 kDouble(R"(-?\d+(\.\d+)?([eE][+-]?\d+)?)");
  static const RE2 kLong(R"(-?\d+[lL])");
  const auto as_float = [](const std::string& digits) { return Json(number_or_text(digits).get<double>()); };
  const std::string unmarked = text.substr(0, text.empty() ? 0 : text.size() - 1);
  if (type == "byte" || type == "short" || type == "integer") {
    return is(text, integer_form()) ? number_or_text(text) : Json(text);
  }
  if (type == "float") return is(text, kFloat) ? as_float(unmarked) : Json(text);
  if (type == "double") return is(text, kDouble) ? as_float(text) : Json(text);
  if (type == "long") return is(text, kLong) ? number_or_text(unmarked) : Json(text);
  if (type == "boolean") return text == "true" || text == "false" ? Json(text == "true") : Json(text);
  if (type == "char" || type == "String" || type == "any") return Json(text);
  if (type == "ArrayList") return java_array_list(text, nested);
  if (type == "Array") return java_array(text, nested);
  if (type == "HashMap") return java_hash_map(text);
  return unsupported(type);
}

Result<Json> javascript_value(const std::string& text, std::string_view type, std::string_view nested) {
  static const RE2 kFloat(R"(-?\d+(\.\d+)?)");
  static const RE2 kBig(R"(-?\d+n)");
  if (type == "String") return wrapped_in(text, '"') || wrapped_in(text, '\'') ? Json(without_ends(text)) : Json(text);
  if (type == "integer") return is(text, integer_form()) ? number_or_text(text) : Json(text);
  if (type == "float") return is(text, kFloat) ? Json(number_or_text(text).get<double>()) : Json(text);
  if (type == "Bigint") return is(text, kBig) ? number_or_text(text.substr(0, text.size() - 1)) : Json(text);
  if (type == "Boolean") return text == "true" || text == "false" ? Json(text == "true") : Json(text);
  if (type == "any") return Json(text);
  if (type == "array") return javascript_array(text, nested);
  if (type == "dict") return javascript_object(text);
  return unsupported(type);
}

}  // namespace pawl::grading
