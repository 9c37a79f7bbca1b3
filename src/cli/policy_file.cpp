#include "cli/policy_file.h"

#include <nlohmann/json.hpp>

#include "cli/yaml_json.h"
#include "codec/rollout_codec.h"
#include "json/cursor.h"

namespace pawl::cli {
namespace {

using json::Json;

/// The codec leaves fields alone that it does not know, as a server does; in a file a wrong name is a slip of the pen.
void refuse_unknown(const json::Cursor& at, const Json& object, json::Reading& reading) {
  for (const auto& [key, value] : object.items()) {
    if (!reading.asked_paths().contains(at.path() + "." + key)) {
      reading.add(at.path() + "." + key,
                  "is no field of spec.analysis; `kubectl explain arollout.spec.analysis` lists them");
    }
  }
}

PolicyFile only_analysis(const Json& analysis, json::Reading& reading) {
  const json::Cursor at(analysis, "spec.analysis", reading);
  PolicyFile file;
  file.spec.analysis = codec::read_analysis_spec(at);
  if (analysis.is_object()) refuse_unknown(at, analysis, reading);
  return file;
}

PolicyFile whole_spec(const Json& spec, json::Reading& reading) {
  PolicyFile file{codec::read_rollout_spec(json::Cursor(spec, "spec", reading)), true};
  if (!reading.ok()) return file;
  for (const domain::SpecFault& fault : domain::validate(file.spec)) reading.add(fault.path, fault.message);
  return file;
}

PolicyFile read(const Json& document, json::Reading& reading) {
  if (!document.is_object()) return only_analysis(document, reading);
  if (document.contains("spec")) return read(document.at("spec"), reading);
  if (document.contains("agent")) return whole_spec(document, reading);
  return only_analysis(document.contains("analysis") ? document.at("analysis") : document, reading);
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
