#include "prometheus/decode.h"

#include <charconv>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "json/lookup.h"

namespace pawl::prometheus {
namespace {

using nlohmann::json;

constexpr std::size_t kShown = 120;
constexpr double kLargestSeconds = 1e11;  // beyond year 5000 a time stamp is a mistake, and would not fit

// Control characters and bytes above ASCII are replaced: the text ends up in conditions and logs.
std::string excerpt(std::string_view body) {
  std::string text(body.substr(0, kShown));
  for (char& c : text) {
    if (c < ' ' || c > '~') c = ' ';
  }
  return text;
}

tl::unexpected<Error> malformed(std::string_view source, const std::string& what) {
  return fail(ErrorKind::Malformed, std::string(source) + ": " + what);
}

std::optional<double> value_of(const json& value) {
  if (!value.is_string()) return std::nullopt;
  const std::string& text = value.get_ref<const std::string&>();
  if (text == "NaN") return std::numeric_limits<double>::quiet_NaN();
  if (text == "+Inf") return std::numeric_limits<double>::infinity();
  if (text == "-Inf") return -std::numeric_limits<double>::infinity();
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

std::optional<domain::Sample> sample_of(const json& pair) {
  if (!pair.is_array() || pair.size() != 2 || !pair[0].is_number()) return std::nullopt;
  const double seconds = pair[0].get<double>();
  const std::optional<double> value = value_of(pair[1]);
  if (!value || !(std::fabs(seconds) < kLargestSeconds)) return std::nullopt;
  return domain::Sample{Instant{Duration{std::llround(seconds * 1000)}}, *value};
}

std::optional<domain::Series> series_of(const json& entry) {
  if (!entry.is_object()) return std::nullopt;
  const auto labels = entry.find("metric");
  const auto values = entry.find("values");
  if (labels == entry.end() || !labels->is_object() || values == entry.end() || !values->is_array()) {
    return std::nullopt;
  }
  domain::Series series;
  for (const auto& [name, value] : labels->items()) {
    if (!value.is_string()) return std::nullopt;
    (name == "__name__" ? series.metric : series.labels[name]) = value.get<std::string>();
  }
  series.samples.reserve(values->size());
  for (const json& pair : *values) {
    const std::optional<domain::Sample> sample = sample_of(pair);
    if (!sample) return std::nullopt;
    series.samples.push_back(*sample);
  }
  return series;
}

// errorType says who must act: bad_data will fail again unchanged, everything else may pass.
tl::unexpected<Error> reported(const json& document, std::string_view source) {
  const std::string type = pawl::json::text_at(document, "errorType");
  const ErrorKind kind = type == "bad_data" ? ErrorKind::Invalid : ErrorKind::Unavailable;
  return fail(
      kind, std::string(source) + ": query failed (" + type + "): " + excerpt(pawl::json::text_at(document, "error")));
}

}  // namespace

Result<std::vector<domain::Series>> decode_matrix(std::string_view body, std::string_view source) {
  const json document = json::parse(body, nullptr, false);
  if (document.is_discarded()) return malformed(source, "the answer is not complete JSON: \"" + excerpt(body) + "\"");
  if (!document.is_object()) return malformed(source, "the answer is not a JSON object: \"" + excerpt(body) + "\"");
  const std::string status = pawl::json::text_at(document, "status");
  if (status == "error") return reported(document, source);
  const auto data = document.find("data");
  if (status != "success" || data == document.end() || !data->is_object()) {
    return malformed(source, "the answer is not one of Prometheus' query API: \"" + excerpt(body) + "\"");
  }
  const std::string type = pawl::json::text_at(*data, "resultType");
  if (type != "matrix") {
    return malformed(source, "the result is a \"" + excerpt(type) + "\", not a matrix: does the query end in a range?");
  }
  const auto result = data->find("result");
  if (result == data->end() || !result->is_array()) return malformed(source, "the matrix has no list of series");
  std::vector<domain::Series> all;
  for (const json& entry : *result) {
    std::optional<domain::Series> series = series_of(entry);
    if (!series) {
      const std::string text = entry.dump(-1, ' ', false, json::error_handler_t::replace);
      return malformed(source, "a series of the matrix is not readable: \"" + excerpt(text) + "\"");
    }
    all.push_back(*std::move(series));
  }
  return all;
}

}  // namespace pawl::prometheus
