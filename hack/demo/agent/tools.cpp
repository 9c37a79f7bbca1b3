#include "agent/tools.h"

#include <cstdint>
#include <cstdlib>
#include <nlohmann/json.hpp>

#include "base/random.h"
#include "model/concepts.h"

namespace pawl::demo {
namespace {

using Json = nlohmann::json;

constexpr const char* kStates[] = {"packed", "shipped", "in transit", "out for delivery"};
constexpr const char* kNames[] = {"alma.berg", "jo.lindqvist", "mara.okafor", "tim.ferro", "ines.duarte"};

Json order_record(const std::string& number) {
  Random chance(static_cast<std::uint64_t>(std::strtoull(number.c_str(), nullptr, 10)));
  const std::string name = kNames[chance.below(5)];
  Json order;
  order["order_id"] = number;
  order["status"] = kStates[chance.below(4)];
  order["expected"] = "2026-12-" + std::to_string(10 + chance.below(15));
  order["email"] = name + "@example.com";
  order["phone"] = "+1 555 01" + std::to_string(10 + chance.below(90)) + " " + std::to_string(100 + chance.below(900));
  return order;
}

const PolicyEntry* best_entry(const std::string& query, const std::vector<PolicyEntry>& policy) {
  const Concepts about = concepts(query);
  const std::vector<std::string> said = words(query);
  const std::set<std::string> spoken(said.begin(), said.end());
  const PolicyEntry* best = nullptr;
  double best_score = 0;
  for (const PolicyEntry& entry : policy) {
    const std::vector<std::string> key = words(entry.topic);
    double score = 0.1 * coverage(about, concepts(entry.text));
    for (const std::string& word : key) score += spoken.contains(word) ? 1.0 : 0.0;
    if (score > best_score) {
      best_score = score;
      best = &entry;
    }
  }
  return best;
}

}  // namespace

std::string run_tool(const ToolCall& call, const std::vector<PolicyEntry>& policy) {
  const Json arguments = Json::parse(call.arguments, nullptr, false);
  if (!arguments.is_object()) return R"({"error":"arguments are not an object"})";
  const auto argument = [&](const char* name) {
    return arguments.contains(name) && arguments[name].is_string() ? arguments[name].get<std::string>() : std::string();
  };
  if (call.name == "lookup_order") {
    return argument("order_id").empty() ? R"({"error":"no such order"})" : order_record(argument("order_id")).dump();
  }
  if (call.name == "issue_refund") return Json{{"refunded", true}, {"order_id", argument("order_id")}}.dump();
  if (call.name == "hand_over") return R"({"queued":true})";
  if (call.name != "search_policy") return R"({"error":"no such tool"})";
  const PolicyEntry* found = best_entry(argument("query"), policy);
  return found == nullptr ? R"({"error":"nothing found"})"
                          : Json{{"topic", found->topic}, {"text", found->text}}.dump();
}

}  // namespace pawl::demo
