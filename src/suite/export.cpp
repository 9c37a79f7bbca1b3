#include "suite/export.h"

#include <nlohmann/json.hpp>

#include "suite/bfcl_types.h"
#include "suite/canonical.h"
#include "suite/promptfoo_asserts.h"
#include "suite/words.h"

namespace pawl::suite {
namespace {

using domain::Case;
using Counts = std::map<std::string, std::size_t>;

std::string dump(const Json& json) { return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n"; }

Json chat(const Case& one) {
  Json messages = Json::array();
  for (const domain::Message& message : one.input) {
    messages.push_back({{"role", json::enum_name(kRoleNames, message.role)}, {"content", message.content}});
  }
  return messages;
}

bool is_one_question(const Case& one) { return one.input.size() == 1 && one.input[0].role == domain::Role::User; }

/// Text for one question, else the messages.
Json input_of(const Case& one) { return is_one_question(one) ? Json(one.input[0].content) : chat(one); }

Json metadata_of(const Case& one) {
  Json metadata{{"id", one.id}, {"capability", one.capability}};
  if (!one.canary.empty()) metadata["canary"] = one.canary;
  if (!one.tags.empty()) metadata["tags"] = one.tags;
  return metadata;
}

Json parameters_of(const domain::Expectation& one) { return Json::parse(one.parameters, nullptr, false); }

/// The only expectation, if it is plain and of one of the graders.
const domain::Expectation* only(const Case& one, std::initializer_list<std::string_view> graders, Counts& unmapped) {
  if (one.expect.size() == 1 && !one.expect[0].negate && !one.threshold) {
    for (const std::string_view grader : graders) {
      if (one.expect[0].grader == grader) return &one.expect[0];
    }
  }
  ++unmapped["case whose expectations do not fit: left out"];
  return nullptr;
}

}  // namespace

Exported export_promptfoo(const std::vector<Case>& cases) {
  Exported out;
  Json tests = Json::array();
  for (const Case& one : cases) {
    // A question that itself looks like a list of messages must be written as one.
    const bool plain = is_one_question(one) && (one.input[0].content.empty() || one.input[0].content[0] != '[');
    Json test{{"description", one.id},
              {"metadata", metadata_of(one)},
              {"vars", {{"prompt", plain ? one.input[0].content : chat(one).dump()}}},
              {"assert", Json::array()}};
    for (const domain::Expectation& expectation : one.expect) {
      if (const auto assertion = to_assertion(expectation)) test["assert"].push_back(*assertion);
      else ++out.unmapped["grader " + expectation.grader];
    }
    if (one.threshold) test["threshold"] = *one.threshold;
    if (!one.tools.empty()) ++out.unmapped["tools"];
    tests.push_back(std::move(test));
  }
  out.text = dump({{"prompts", {"{{prompt}}"}}, {"tests", tests}});
  return out;
}

Exported export_openai_evals(const std::vector<Case>& cases) {
  Exported out;
  for (const Case& one : cases) {
    const auto* expectation = only(one, {"exact", "prefix", "contains", "json-equals"}, out.unmapped);
    if (expectation == nullptr) continue;
    Json ideal = Json::array();
    const Json values = parameters_of(*expectation).value("values", Json::array());
    for (const Json& value : values) ideal.push_back(text_of(value));
    Json line{{"input", chat(one)}, {"ideal", ideal.size() == 1 ? ideal[0] : ideal}, {"metadata", metadata_of(one)}};
    if (!one.tools.empty()) ++out.unmapped["tools"];
    out.text += canonical_json(line) + "\n";
  }
  return out;
}

Exported export_inspect(const std::vector<Case>& cases) {
  Exported out;
  Json samples = Json::array();
  for (const Case& one : cases) {
    const auto* expectation = only(one, {"exact", "prefix", "contains", "choice", "regex"}, out.unmapped);
    if (expectation == nullptr) continue;
    const Json parameters = parameters_of(*expectation);
    const Json target = expectation->grader == "regex" ? Json::array({parameters.value("pattern", Json(""))})
                                                       : parameters.value("values", Json::array());
    Json sample{{"id", one.id},
                {"input", input_of(one)},
                {"target", target.size() == 1 ? target[0] : target},
                {"metadata", metadata_of(one)}};
    // The choices stand in the question already; as a field they would be shown twice.
    if (!one.tools.empty()) ++out.unmapped["tools"];
    samples.push_back(std::move(sample));
  }
  out.text = dump(samples);
  return out;
}

Exported export_bfcl(const std::vector<Case>& cases) {
  Exported out;
  for (const Case& one : cases) {
    const auto* expectation = only(one, {"tool-calls", "any-tool-call"}, out.unmapped);
    if (expectation == nullptr) continue;
    Json functions = Json::array();
    const Json tools = one.tools.empty() ? Json::array() : Json::parse(one.tools, nullptr, false);
    for (const Json& tool : tools) {
      Json function = tool.value("function", Json::object());
      if (function.is_object() && function.contains("parameters")) {
        function["parameters"] = to_bfcl_types(function["parameters"]);
      }
      functions.push_back(std::move(function));
    }
    out.text +=
        canonical_json({{"id", one.id}, {"question", Json::array({chat(one)})}, {"function", functions}}) + "\n";
    const Json calls = parameters_of(*expectation).value("calls", Json::array());
    if (calls.empty()) continue;
    Json truth = Json::array();
    for (const Json& call : calls) {
      truth.push_back({{call.value("name", std::string()), call.value("arguments", Json::object())}});
    }
    out.answers += canonical_json({{"id", one.id}, {"ground_truth", truth}}) + "\n";
  }
  return out;
}

}  // namespace pawl::suite
