// Reading JSON without surprises: a cursor knows its path and gathers every fault instead of stopping at the first.
// It never throws and never converts: 5.9 is not 5, true is not 1, an unknown word is not the first enumerator.
// A field that is null counts as absent. After a fault the reader goes on with a harmless value.
// Not thread-safe; a cursor must not outlive the document and the Reading it was made with.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <limits>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "base/time.h"
#include "json/enum_table.h"

namespace pawl::json {

using Json = nlohmann::json;

struct Fault {
  std::string path;  ///< "spec.steps[2].weight"
  std::string message;
  bool operator==(const Fault&) const = default;
};

/// "spec.a: is required; spec.b: ..." - every fault in one line.
std::string describe(const std::vector<Fault>& faults);

/// What came of a reading: the faults, and which fields were asked for.
class Reading {
 public:
  void add(std::string path, std::string message) { faults_.push_back({std::move(path), std::move(message)}); }
  /// Notes that a field was asked for, present or not. Indexes are dropped: "spec.steps[].weight".
  void asked(const std::string& path);

  [[nodiscard]] bool ok() const { return faults_.empty(); }
  [[nodiscard]] const std::vector<Fault>& faults() const { return faults_; }
  [[nodiscard]] const std::set<std::string>& asked_paths() const { return asked_; }

 private:
  std::vector<Fault> faults_;
  std::set<std::string> asked_;
};

/// Lengths are in bytes.
struct Length {
  std::size_t min = 0;
  std::size_t max = 1024;
};
struct Range {
  std::int64_t min = std::numeric_limits<std::int64_t>::min();
  std::int64_t max = std::numeric_limits<std::int64_t>::max();
};
/// Both ends excluded, or only the upper one.
struct Between {
  double above = 0;
  double below = 1;
  bool from = false;  ///< `above` itself is allowed
};
/// Both ends included.
struct Span {
  Duration min{0};
  Duration max{std::chrono::hours{24 * 3650}};
};

class Cursor {
 public:
  /// At the root. `value` that is not an object is a fault, and every field of it then absent.
  Cursor(const Json& value, std::string path, Reading& reading);

  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] bool has(std::string_view key) const;
  /// Reports a fault of this object, or of one of its fields.
  void fault(std::string message) const;
  void fault_at(std::string_view key, std::string message) const;

  // "optional_x" is nothing when the field is absent or faulty; "required_x" reports absence too.
  [[nodiscard]] std::optional<std::string> optional_string(std::string_view key, Length length = {}) const;
  [[nodiscard]] std::string required_string(std::string_view key, Length length = {}) const;
  [[nodiscard]] std::optional<std::int64_t> optional_integer(std::string_view key, Range range = {}) const;
  [[nodiscard]] std::int64_t required_integer(std::string_view key, Range range = {}) const;
  /// For fields of type int; the range must lie within int.
  [[nodiscard]] int int_or(std::string_view key, int fallback, Range range) const;
  [[nodiscard]] std::optional<bool> optional_boolean(std::string_view key) const;
  /// A decimal written as a string, "0.05": no sign but '-', no exponent. JSON numbers are refused.
  [[nodiscard]] std::optional<double> optional_decimal(std::string_view key, Between between) const;
  [[nodiscard]] double required_decimal(std::string_view key, Between between) const;
  /// A JSON number, for files that are not Kubernetes objects. Both ends of `between` are excluded.
  [[nodiscard]] std::optional<double> optional_number(std::string_view key, Between between) const;
  [[nodiscard]] std::optional<Duration> optional_duration(std::string_view key, Span span = {}) const;
  [[nodiscard]] std::optional<Instant> optional_time(std::string_view key) const;
  [[nodiscard]] Instant required_time(std::string_view key) const;

  /// A word of the table. An unknown word is a fault that lists the known ones.
  template <class E, std::size_t N>
  [[nodiscard]] std::optional<E> optional_enum(std::string_view key, const std::array<EnumName<E>, N>& table) const {
    const std::optional<std::string> word = optional_string(key);
    if (!word) return std::nullopt;
    const std::optional<E> value = enum_value(table, *word);
    if (!value) unknown_word(key, *word, names_of(table));
    return value;
  }

  [[nodiscard]] std::optional<Cursor> optional_object(std::string_view key) const;
  /// An absent or wrong object is a fault, and reads as an empty one.
  [[nodiscard]] Cursor required_object(std::string_view key) const;
  /// An absent object reads as an empty one: for fields whose parts all have defaults.
  [[nodiscard]] Cursor object_or_empty(std::string_view key) const;

  /// The items of a list of objects; too many is a fault and reads as none. Absent is empty.
  [[nodiscard]] std::vector<Cursor> objects(std::string_view key, std::size_t max) const;
  [[nodiscard]] std::vector<Cursor> required_objects(std::string_view key, std::size_t max) const;
  [[nodiscard]] std::vector<std::string> strings(std::string_view key, std::size_t max, Length length) const;

  /// The value as it stands, of whatever type; null when absent. Lives as long as the document.
  [[nodiscard]] const Json* raw(std::string_view key) const { return find(key); }
  /// Reports each field that is not one of `known`: for files, where a misspelt field would be lost silently.
  void refuse_others(std::initializer_list<std::string_view> known) const;

  /// Reports items that repeat the value of `key`: lists of ours are maps by that field.
  static void refuse_repeats(const std::vector<Cursor>& items, std::string_view key);

 private:
  struct Trusted {};
  Cursor(Trusted, const Json* value, std::string path, Reading* reading);

  [[nodiscard]] const Json* find(std::string_view key) const;
  [[nodiscard]] const Json* find_list(std::string_view key, std::size_t max) const;
  [[nodiscard]] std::string at(std::string_view key) const;
  void wrong_type(std::string_view key, std::string_view wanted, const Json& found) const;
  void unknown_word(std::string_view key, const std::string& word, const std::vector<std::string_view>& known) const;
  bool check_length(const std::string& where, const std::string& text, Length length) const;

  template <class E, std::size_t N>
  static std::vector<std::string_view> names_of(const std::array<EnumName<E>, N>& table) {
    std::vector<std::string_view> names;
    for (const EnumName<E>& row : table) names.push_back(row.name);
    return names;
  }

  const Json* value_;  // always an object
  std::string path_;
  Reading* reading_;
};

}  // namespace pawl::json
