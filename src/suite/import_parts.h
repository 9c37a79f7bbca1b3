// What the importers share.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "suite/import.h"

namespace pawl::suite {

/// Gathers cases and what had no place in them.
class Gathering {
 public:
  explicit Gathering(ImportOptions options) : options_(std::move(options)) {}

  [[nodiscard]] const ImportOptions& options() const { return options_; }
  void unmapped(const std::string& what) { ++result_.unmapped[what]; }
  void fault(std::size_t line, std::string message) { result_.faults.push_back({line, "", std::move(message)}); }
  /// Gives the case an id if it has none, and keeps it if it is valid; else the reason is counted.
  void add(domain::Case one);
  /// Reads "capability", "id", "tags" and "canary" of an object of metadata; other scalars become tags "key=value".
  void metadata(const Json& metadata, domain::Case& one);
  /// A name as a capability may be written; a change is counted.
  std::string capability(const std::string& name);
  [[nodiscard]] Imported finish() { return std::move(result_); }

 private:
  ImportOptions options_;
  Imported result_;
  std::set<std::string> ids_;
  std::size_t count_ = 0;
};

/// Valid UTF-8, invalid bytes replaced and counted.
std::string as_utf8(std::string_view text, Gathering& into);

domain::Expectation expectation(std::string grader, const Json& parameters);
/// A JSON value as the text a template would print: strings as they are.
std::string text_of(const Json& value);
/// Messages of a list of {role, content}; nothing if it is none. Content in parts is joined if all are texts.
std::optional<std::vector<domain::Message>> messages_of(const Json& list, Gathering& into);
/// The texts of a string or a list of scalars.
std::vector<std::string> texts_of(const Json& value);

/// Rows of CSV (RFC 4180), quotes and line breaks inside quotes included. Nothing if a quote is not closed.
struct CsvRow {
  std::size_t line = 0;
  std::vector<std::string> cells;
};
std::optional<std::vector<CsvRow>> parse_csv(std::string_view text);

/// YAML or JSON. Aliases may not grow the document beyond its own size twenty times.
Result<Json> parse_yaml(std::string_view text);

/// The objects of a file with one JSON object a line; other lines are faults.
struct JsonLine {
  std::size_t number = 0;
  Json value;
};
std::vector<JsonLine> json_lines(std::string_view text, Gathering& into);

}  // namespace pawl::suite
