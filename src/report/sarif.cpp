#include "report/sarif.h"

#include <string_view>

#include <nlohmann/json.hpp>

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
    const bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || kKept.find(c) != std::string_view::npos;
    if (plain) out += c;
    else ((out += '%') += kHex[byte >> 4]) += kHex[byte & 0xf];
  }
  return out;
}

Json result(const ContaminatedFile& file) {
  const std::string text = std::to_string(file.places) + (file.places == 1 ? " place" : " places") +
                           " of this file repeat held-out test material. Take it out: a revision that knows the test cannot be judged by it.";
  return {{"ruleId", "held-out-text"},
          {"level", "error"},
          {"message", {{"text", text}}},
          {"locations", Json::array({{{"physicalLocation", {{"artifactLocation", {{"uri", uri_of(file.path)}}}}}}})},
          {"properties", {{"places", file.places}}}};
}

}  // namespace

std::string contamination_sarif(const std::vector<ContaminatedFile>& findings) {
  Json results = Json::array();
  for (const ContaminatedFile& file : findings) results.push_back(result(file));
  const Json rule = {{"id", "held-out-text"}, {"shortDescription", {{"text", "Held-out test material in a bundle"}}}, {"defaultConfiguration", {{"level", "error"}}}};
  const Json driver = {{"name", "pawl"}, {"rules", Json::array({rule})}};
  const Json run = {{"tool", {{"driver", driver}}}, {"results", results}};
  const Json log = {{"$schema", "https://json.schemastore.org/sarif-2.1.0.json"}, {"version", "2.1.0"}, {"runs", Json::array({run})}};
  return log.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace pawl::report
