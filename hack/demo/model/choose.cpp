#include "model/choose.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

namespace pawl::demo {
namespace {

using Json = nlohmann::json;

constexpr double kHabit = 0.35;        // pull of a tool that merely sounds like the request
constexpr double kAnswerAtOnce = 0.3;  // pull of calling nothing
constexpr double kSharpness = 4.5;     // attention is a competition: a strong pull silences the others
constexpr double kShare = 0.3;         // least share of attention that still makes a call
constexpr std::size_t kMostCalls = 2;

struct Pull {
  const ToolSpec* tool;
  double share;
};

double pull_of(const ToolSpec& tool, const std::vector<Attended>& mind, const Concepts& about) {
  const Concepts tool_is_about = concepts(tool.name + " " + tool.description);
  double pull = kHabit * coverage(about, tool_is_about);
  for (const Attended& a : mind) {
    const double affinity = std::pow(coverage(a.instruction->action, tool_is_about), 2);
    pull += (a.instruction->negative ? -1 : 1) * a.attention * affinity;
  }
  return pull;
}

std::vector<Pull> compete(const std::vector<Attended>& mind, const Concepts& about,
                          const std::vector<ToolSpec>& tools) {
  std::vector<Pull> pulls;
  double sum = std::exp(kSharpness * kAnswerAtOnce);
  for (const ToolSpec& tool : tools) {
    pulls.push_back({&tool, std::exp(kSharpness * pull_of(tool, mind, about))});
    sum += pulls.back().share;
  }
  for (Pull& pull : pulls) pull.share /= sum;
  std::stable_sort(pulls.begin(), pulls.end(), [](const Pull& a, const Pull& b) { return a.share > b.share; });
  return pulls;
}

bool is_long_number(const std::string& word) {
  return word.size() >= 5 && std::all_of(word.begin(), word.end(), [](char c) { return c >= '0' && c <= '9'; });
}

/// Nothing when the schema asks for an order number and the request has none.
std::optional<std::string> arguments_for(const ToolSpec& tool, const std::string& order, std::string_view request) {
  const Json schema = Json::parse(tool.parameters, nullptr, false);
  Json arguments = Json::object();
  if (schema.is_object() && schema.contains("properties")) {
    for (const auto& [name, unused] : schema["properties"].items()) {
      if (name == "order_id" && order.empty()) return std::nullopt;
      arguments[name] = name == "order_id" ? order : std::string(request);
    }
  }
  return arguments.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace

std::string order_number(const std::vector<Attended>& mind, std::string_view request) {
  const bool careful = std::any_of(mind.begin(), mind.end(), [](const Attended& a) {
    return a.instruction->action.contains("number") && a.instruction->action.contains("order");
  });
  std::string first;
  std::string after_order;
  bool order_seen = false;
  for (const std::string& word : words(request)) {
    if (is_long_number(word)) {
      if (first.empty()) first = word;
      if (order_seen && after_order.empty()) after_order = word;
    }
    if (concepts(word).contains("order")) order_seen = true;
  }
  return careful && !after_order.empty() ? after_order : first;
}

std::vector<ToolCall> choose_calls(const std::vector<Attended>& mind, std::string_view request,
                                   const std::vector<ToolSpec>& tools) {
  const std::string order = order_number(mind, request);
  std::vector<ToolCall> calls;
  for (const Pull& pull : compete(mind, concepts(request), tools)) {
    if (pull.share < kShare || calls.size() == kMostCalls) break;
    const auto arguments = arguments_for(*pull.tool, order, request);
    if (arguments) calls.push_back({"call_" + std::to_string(calls.size() + 1), pull.tool->name, *arguments});
  }
  return calls;
}

}  // namespace pawl::demo
