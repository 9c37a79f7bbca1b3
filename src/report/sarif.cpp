#include "report/sarif.h"

#include <string_view>

#include <nlohmann/json.hpp>

#include "base/counted.h"

namespace pawl::report {
namespace {

using Json = nlohmann::json;

/// A path as a relative URI reference (RFC 3986): everything but unreserved characters and '/' in percent form.
std::string uri_of(std::string_view path) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  constexpr std::string_view kKept = "-._~/";
  std::string out;
  for (const char c : path) {
    const auto byte = static_cast<unsigned char>(c);
    const bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                       kKept.find(c) != std::string_view::npos;
    if (plain) out += c;
    else ((out += '%') += kHex[byte >> 4]) += kHex[byte & 0xf];
  }
  return out;
}

Json result(const domain::FileHits& file) {
  const std::string text = "Test material of " + counted(file.any, "held-out case") +
                           " stands in this file. Take it out: a revision that knows the test cannot be judged by it.";
  Json kinds = Json::object();
  for (std::size_t kind = 0; kind < domain::kLeakKinds; ++kind) {
    if (file.cases[kind] > 0) kinds[std::string(domain::to_string(static_cast<domain::Leak>(kind)))] = file.cases[kind];
  }
  return {{"ruleId", "held-out-text"},
          {"level", "error"},
          {"message", {{"text", text}}},
          {"locations", Json::array({{{"physicalLocation", {{"artifactLocation", {{"uri", uri_of(file.path)}}}}}}})},
          {"properties", {{"cases", file.any}, {"kinds", kinds}}}};
}

}  // namespace

std::string contamination_sarif(const domain::Contamination& found) {
  Json results = Json::array();
  for (const domain::FileHits& file : found.files) results.push_back(result(file));
  const Json rule = {{"id", "held-out-text"},
                     {"shortDescription", {{"text", "Held-out test material in a bundle"}}},
                     {"defaultConfiguration", {{"level", "error"}}}};
  const Json driver = {{"name", "pawl"}, {"rules", Json::array({rule})}};
  const Json run = {{"tool", {{"driver", driver}}}, {"results", results}};
  const Json log = {
      {"$schema", "https://json.schemastore.org/sarif-2.1.0.json"}, {"version", "2.1.0"}, {"runs", Json::array({run})}};
  return log.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace pawl::report
