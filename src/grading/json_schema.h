// JSON Schema, the part of draft 2020-12 that tests of answers use. A keyword outside of it is an error that names it,
// never ignored: a rule that is silently not checked would pass everything.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include <nlohmann/json_fwd.hpp>

#include "base/result.h"

namespace pawl::grading {

using Json = nlohmann::json;

/// Knows: type, enum, const; properties, required, additionalProperties, patternProperties, minProperties,
/// maxProperties; items, prefixItems, contains, minItems, maxItems, uniqueItems; minLength, maxLength (characters),
/// pattern (RE2); minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf; allOf, anyOf, oneOf, not,
/// if/then/else; $ref to a place in the same schema ("#", "#/$defs/x"), definitions, $defs. Annotations (title,
/// description, default, examples, format, ...) say nothing about validity. Copies share the compiled form; validation
/// is thread-safe.
class JsonSchema {
 public:
  /// Malformed with the path of the fault: "/properties/a/pattern: ...".
  static Result<JsonSchema> compile(const Json& schema);

  /// Nothing: valid. Else the first fault with its path in the value. Malformed if the schema refers to itself without
  /// end for this value.
  [[nodiscard]] Result<std::optional<std::string>> validate(const Json& value) const;

 private:
  struct Compiled;
  explicit JsonSchema(std::shared_ptr<const Compiled> compiled) : compiled_(std::move(compiled)) {}
  std::shared_ptr<const Compiled> compiled_;
};

}  // namespace pawl::grading
