#include "agent/behaviour.h"

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <nlohmann/json.hpp>

namespace pawl::demo {
namespace {

using Json = nlohmann::json;

bool in_folder(const BundleFile& file, const char* folder) { return file.path.rfind(folder, 0) == 0; }

Status add_tool(const BundleFile& file, Behaviour& out) {
  const Json tool = Json::parse(file.content, nullptr, false);
  if (!tool.is_object() || !tool.contains("name") || !tool["name"].is_string()) {
    return fail(ErrorKind::Malformed, file.path + ": a tool needs a name");
  }
  const Json parameters = tool.value("parameters", Json::object());
  out.tools.push_back({tool["name"].get<std::string>(), tool.value("description", std::string()), parameters.dump()});
  return {};
}

void add_policy(const BundleFile& file, Behaviour& out) {
  const YAML::Node node = YAML::Load(file.content);
  if (file.path == "policy/reporting.yaml") {
    if (node["report_as"]) out.reporting.report_as = node["report_as"].as<std::string>();
    if (node["report_failures"]) out.reporting.report_failures = node["report_failures"].as<bool>();
    return;
  }
  for (const YAML::Node& entry : node["policy"]) {
    out.policy.push_back({entry["topic"].as<std::string>(), entry["text"].as<std::string>()});
  }
}

}  // namespace

Result<Behaviour> read_behaviour(const std::vector<BundleFile>& files) {
  Behaviour out;
  out.digest = bundle_digest(files);
  std::vector<BundleFile> sorted = files;
  std::sort(sorted.begin(), sorted.end(), [](const BundleFile& a, const BundleFile& b) { return a.path < b.path; });
  for (const BundleFile& file : sorted) {
    if (file.path == "prompt/system.md") out.prompt = file.content;
    if (in_folder(file, "tools/")) {
      if (auto added = add_tool(file, out); !added) return fail(added.error());
    }
    if (!in_folder(file, "policy/")) continue;
    try {
      add_policy(file, out);
    } catch (const YAML::Exception& e) {
      return fail(ErrorKind::Malformed, file.path + ": " + e.what());
    }
  }
  if (out.prompt.empty()) return fail(ErrorKind::NotFound, "the bundle has no prompt/system.md");
  return out;
}

}  // namespace pawl::demo
