// Literals of Java and JavaScript source as values: for tools of those languages models write arguments as source text.
#pragma once

#include <string>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

#include "base/result.h"

namespace pawl::grading {

using Json = nlohmann::json;

/// `type` and `nested` are the parameter's type and its items' type as BFCL writes them ("ArrayList", "long"); nested
/// may be empty. A text that is no literal of the type stays a text. Invalid for a type that BFCL cannot convert.
Result<Json> java_value(const std::string& text, std::string_view type, std::string_view nested);
Result<Json> javascript_value(const std::string& text, std::string_view type, std::string_view nested);

}  // namespace pawl::grading
