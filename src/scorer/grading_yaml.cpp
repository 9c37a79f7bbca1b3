// Reads the graders' YAML; every fault names the place.
#include <yaml-cpp/yaml.h>

#include <stdexcept>

#include "scorer/grading.h"

namespace pawl::scorer {
namespace {

grading::Pattern pattern_of(const YAML::Node& node) {
  auto pattern = grading::Pattern::compile(node.as<std::string>(), grading::Case::Ignored);
  if (!pattern) {
    throw std::runtime_error("line " + std::to_string(node.Mark().line + 1) + ": " + pattern.error().message);
  }
  return std::move(*pattern);
}

Check read_check(const YAML::Node& node) {
  Check check;
  if (node["when"]) check.when = pattern_of(node["when"]);
  const auto described = [&](const char* key) { check.text = std::string(key) + ": " + node[key].as<std::string>(); };
  if (node["must_match"]) {
    check.kind = CheckKind::MustMatch;
    check.pattern = pattern_of(node["must_match"]);
    described("must_match");
  } else if (node["must_not_match"]) {
    check.kind = CheckKind::MustNotMatch;
    check.pattern = pattern_of(node["must_not_match"]);
    described("must_not_match");
  } else if (node["tool_called"]) {
    check.kind = CheckKind::ToolCalled;
    check.tool = node["tool_called"].as<std::string>();
    described("tool_called");
  } else if (node["tool_not_called"]) {
    check.kind = CheckKind::ToolNotCalled;
    check.tool = node["tool_not_called"].as<std::string>();
    described("tool_not_called");
  } else if (node["argument"]) {
    const YAML::Node argument = node["argument"];
    check.kind = CheckKind::ArgumentFromInput;
    check.tool = argument["tool"].as<std::string>();
    check.argument = argument["name"].as<std::string>();
    check.pattern = pattern_of(argument["input"]);
    check.text = "argument: " + check.tool + "." + check.argument;
  } else {
    throw std::runtime_error("line " + std::to_string(node.Mark().line + 1) + ": a check of no known form");
  }
  return check;
}

Capability read_capability(const YAML::Node& node) {
  Capability out;
  out.name = node["name"].as<std::string>();
  if (node["input"]) out.input = pattern_of(node["input"]);
  for (const YAML::Node& check : node["checks"]) out.checks.push_back(read_check(check));
  if (out.checks.empty()) throw std::runtime_error("capability " + out.name + " has no checks");
  return out;
}

Violation read_violation(const YAML::Node& node) {
  Violation out;
  out.name = node["class"].as<std::string>();
  if (node["output"]) out.output = pattern_of(node["output"]);
  if (node["card_numbers"]) out.card_numbers = node["card_numbers"].as<bool>();
  return out;
}

}  // namespace

Result<Grading> Grading::from_yaml(const std::string& text) {
  Grading out;
  try {
    const YAML::Node root = YAML::Load(text);
    if (root["evaluator"]) out.evaluator_ = root["evaluator"].as<std::string>();
    if (root["version"]) out.version_ = root["version"].as<std::string>();
    for (const YAML::Node& node : root["capabilities"]) out.capabilities_.push_back(read_capability(node));
    for (const YAML::Node& node : root["violations"]) out.violations_.push_back(read_violation(node));
  } catch (const std::exception& e) {
    return fail(ErrorKind::Malformed, std::string("graders: ") + e.what());
  }
  if (out.capabilities_.empty()) return fail(ErrorKind::Malformed, "graders: no capabilities");
  return out;
}

}  // namespace pawl::scorer
