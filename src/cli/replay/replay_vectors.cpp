#include "cli/replay/replay_vectors.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <optional>

#include <nlohmann/json.hpp>

#include "cli/replay/vector_formulas.h"
#include "cli/text.h"
#include "json/lookup.h"
#include "json/parse.h"

namespace pawl::cli {
namespace {

using nlohmann::json;

constexpr std::size_t kLargestFile = std::size_t{256} << 20;

struct Tolerance {
  double absolute = 1e-9;
  double relative = 1e-9;
};

/// "abs 1e-9 or rel 1e-9, whichever is larger", or one number for both. Nothing: not understood.
std::optional<Tolerance> tolerance_of(const json& vector) {
  const auto it = vector.find("tol");
  if (it == vector.end()) return Tolerance{};
  if (it->is_number()) return Tolerance{it->get<double>(), it->get<double>()};
  if (!it->is_string()) return std::nullopt;
  const auto& text = it->get_ref<const std::string&>();
  const auto after = [&](const char* word) -> std::optional<double> {
    const std::size_t at = text.find(word);
    if (at == std::string::npos) return 0.0;
    char* end = nullptr;
    const char* const begin = text.c_str() + at + std::string_view(word).size();
    const double value = std::strtod(begin, &end);
    return end == begin || !(value >= 0) ? std::nullopt : std::optional(value);
  };
  const auto absolute = after("abs");
  const auto relative = after("rel");
  if (!absolute || !relative || (*absolute == 0 && *relative == 0)) return std::nullopt;
  return Tolerance{*absolute, *relative};
}

std::string short_text(const json& value) {
  const std::string text = value.dump(-1, ' ', false, json::error_handler_t::replace);
  return text.size() <= 60 ? text : text.substr(0, 57) + "...";
}

/// What differs first; nothing: all of it is as expected.
std::optional<std::string> difference(const json& expected, const json& actual, const Tolerance& tolerance,
                                      const std::string& path) {
  if (expected.is_number() && actual.is_number()) {
    const double want = expected.get<double>();
    const double got = actual.get<double>();
    const double allowed = std::max(tolerance.absolute, tolerance.relative * std::fabs(want));
    if (std::fabs(got - want) <= allowed || got == want) return std::nullopt;
    return fmt::format("{} is {:.17g}, expected {:.17g}", path, got, want);
  }
  if (expected.is_array() && actual.is_array()) {
    if (expected.size() != actual.size()) {
      return fmt::format("{} has {} values, expected {}", path, actual.size(), expected.size());
    }
    for (std::size_t i = 0; i < expected.size(); ++i) {
      if (auto found = difference(expected[i], actual[i], tolerance, fmt::format("{}[{}]", path, i))) return found;
    }
    return std::nullopt;
  }
  if (expected == actual) return std::nullopt;
  return fmt::format("{} is {}, expected {}", path, short_text(actual), short_text(expected));
}

/// Why a vector misses; nothing: it passes.
std::optional<std::string> miss_of(const json& vector, const std::string& formula) {
  const VectorFormula* const known = find_formula(formula);
  if (known == nullptr) return "this build does not know the formula";
  const auto tolerance = tolerance_of(vector);
  if (!tolerance) return "tol is not understood; write \"abs 1e-9 or rel 1e-9, whichever is larger\"";
  const auto input = vector.find("input");
  const auto expect = vector.find("expect");
  if (input == vector.end() || !input->is_object()) return "input must be an object";
  if (expect == vector.end() || !expect->is_object() || expect->empty()) {
    return "expect must be an object with at least one value";
  }
  VectorInput in(*input);
  const json computed = known->compute(in);
  if (!in.fault().empty()) return in.fault();
  for (const auto& [name, expected] : expect->items()) {
    if (!computed.contains(name)) return fmt::format("expect.{} is no result of this formula", name);
    if (auto found = difference(expected, computed.at(name), *tolerance, name)) return found;
  }
  return std::nullopt;
}

}  // namespace

Result<VectorsReport> check_vectors(std::string_view text) {
  const auto document = pawl::json::parse_bounded(text, {.bytes = kLargestFile, .depth = 64});
  if (!document) return fail(document.error());
  const auto vectors = document->is_object() ? document->find("vectors") : document->end();
  if (vectors == document->end() || !vectors->is_array()) {
    return fail(ErrorKind::Malformed, "the file has no list \"vectors\"; it must look like statistics/vectors.json");
  }
  if (vectors->empty()) return fail(ErrorKind::Malformed, "the list \"vectors\" is empty, so nothing would be checked");
  VectorsReport report;
  for (std::size_t i = 0; i < vectors->size(); ++i) {
    const json& vector = (*vectors)[i];
    if (!vector.is_object()) return fail(ErrorKind::Malformed, fmt::format("vectors[{}] is no object", i));
    const std::string formula = pawl::json::text_at(vector, "formula");
    auto miss = miss_of(vector, formula);
    if (!miss) ++report.passed;
    else report.misses.push_back({pawl::json::text_at(vector, "id"), formula, std::move(*miss)});
  }
  return report;
}

std::string vectors_text(const VectorsReport& report) {
  std::string out;
  for (const VectorMiss& miss : report.misses) {
    out += printable(fmt::format("{} ({}): {}", miss.id, miss.formula, miss.what)) + "\n";
  }
  return out + fmt::format("{} passed, {} failed\n", report.passed, report.misses.size());
}

}  // namespace pawl::cli
