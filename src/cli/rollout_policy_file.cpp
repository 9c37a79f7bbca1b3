#include "cli/rollout_policy_file.h"

#include <set>

#include <nlohmann/json.hpp>

#include "cli/yaml_json.h"
#include "codec/rollout_codec.h"
#include "json/cursor.h"

namespace pawl::cli {
namespace {

using json::Json;

/// The codec leaves fields alone that it does not know, as a server does; in a file a wrong name is a slip of the pen.
/// `path` has no indexes: "spec.steps[].weight".
void refuse_unknown(const Json& value, const std::string& path, json::Reading& reading) {
  if (value.is_array()) {
    for (const Json& item : value) refuse_unknown(item, path + "[]", reading);
  }
  if (!value.is_object()) return;
  for (const auto& [key, field] : value.items()) {
    const std::string at = path + "." + key;
    if (reading.asked_paths().contains(at)) refuse_unknown(field, at, reading);
    else reading.add(at, "is no field of " + path + "; `kubectl explain arollout." + path + "` lists them");
  }
}

void refuse_others(const Json& object, const std::set<std::string>& known, const std::string& remedy,
                   json::Reading& reading) {
  for (const auto& [key, value] : object.items()) {
    if (!known.contains(key)) reading.add(key, "is not read here; " + remedy);
  }
}

void note_faults(const std::vector<domain::SpecFault>& faults, json::Reading& reading) {
  for (const domain::SpecFault& fault : faults) reading.add(fault.path, fault.message);
}

// Rules across fields hold for values that could be read.
PolicyFile only_analysis(const Json& analysis, json::Reading& reading) {
  PolicyFile file;
  file.spec.analysis = codec::read_analysis_spec(json::Cursor(analysis, "spec.analysis", reading));
  refuse_unknown(analysis, "spec.analysis", reading);
  if (reading.ok()) note_faults(domain::validate(file.spec.analysis), reading);
  return file;
}

PolicyFile whole_spec(const Json& spec, json::Reading& reading) {
  PolicyFile file{codec::read_rollout_spec(json::Cursor(spec, "spec", reading)), true};
  if (!reading.ok()) return file;  // a list that could not be read has asked for none of its fields
  refuse_unknown(spec, "spec", reading);
  if (reading.ok()) note_faults(domain::validate(file.spec), reading);
  return file;
}

PolicyFile read(const Json& document, json::Reading& reading) {
  if (!document.is_object()) return only_analysis(document, reading);
  if (document.contains("spec")) {
    refuse_others(document, {"apiVersion", "kind", "metadata", "spec", "status"},
                  "write it into spec, or leave the rest out", reading);
    return read(document.at("spec"), reading);
  }
  if (document.contains("agent")) return whole_spec(document, reading);
  if (!document.contains("analysis")) return only_analysis(document, reading);
  refuse_others(document, {"analysis"}, "give the whole spec, with its agent, or the analysis alone", reading);
  return only_analysis(document.at("analysis"), reading);
}

}  // namespace

Result<PolicyFile> read_policy(const std::string& text) {
  const auto document = parse_yaml(text);
  if (!document) return fail(document.error());
  json::Reading reading;
  PolicyFile file = read(*document, reading);
  if (!reading.ok()) return fail(ErrorKind::Invalid, json::describe(reading.faults()));
  return file;
}

}  // namespace pawl::cli
