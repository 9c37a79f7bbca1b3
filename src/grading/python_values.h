// Values as Python compares them: the rules that the published ground truths of tool calls were written for.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

namespace pawl::grading {

using Json = nlohmann::json;

enum class Type { None, Boolean, Integer, Float, String, List, Dict };

Type type_of(const Json& value);
/// Python's ==: 1, 1.0 and true are equal; lists and dicts by their parts.
bool python_equal(const Json& a, const Json& b);
/// Python's `value in list`.
bool python_in(const Json& value, const Json& list);
/// Texts are compared without case, blanks and , . / - _ * ^, and with ' as ".
std::string standardized(std::string_view text);
/// int(text), else float(text), as Python reads them; nothing if neither.
std::optional<Json> python_number(std::string_view text);

}  // namespace pawl::grading
