#include "gatekeeper/suite_store.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "codec/suite_codec.h"
#include "gate/case_graders.h"
#include "json/clip.h"
#include "kube/base64.h"
#include "suite/case_codec.h"

namespace pawl::gatekeeper {
namespace {

using domain::SuiteStatus;
using Json = nlohmann::json;

constexpr const char* kReady = "Ready";
constexpr std::size_t kMessageMax = 1024;

domain::Tier tier_of(domain::SuiteTier tier) {
  switch (tier) {
    case domain::SuiteTier::Dev:
      return domain::Tier::Dev;
    case domain::SuiteTier::Golden:
      return domain::Tier::Golden;
    case domain::SuiteTier::Regression:
      return domain::Tier::Regression;
    case domain::SuiteTier::HeldOut:
      return domain::Tier::HeldOut;
  }
  return domain::Tier::HeldOut;
}

tl::unexpected<Error> not_ready(std::string reason, std::string message) {
  Error error;
  error.kind = ErrorKind::Invalid;
  error.reason = std::move(reason);
  error.message = std::move(message);
  return fail(std::move(error));
}

std::string text_at(const Json& object, const char* part, const char* key) {
  return object.contains(part) && object[part].is_object() && object[part].contains(key) &&
                 object[part][key].is_string()
             ? object[part][key].get<std::string>()
             : "";
}

std::int64_t generation_of(const Json& object) {
  return object.contains("metadata") && object["metadata"].contains("generation") &&
                 object["metadata"]["generation"].is_number_integer()
             ? object["metadata"]["generation"].get<std::int64_t>()
             : 0;
}

std::string selector_of(const std::map<std::string, std::string>& labels) {
  std::string out;
  for (const auto& [key, value] : labels) out += (out.empty() ? "" : ",") + key + "=" + value;
  return out;
}

/// The graders a suite pins must be those this gate has.
Status check_graders(const domain::SuiteSpec& spec, const std::vector<domain::Case>& cases) {
  for (const domain::SuiteGrader& pinned : spec.graders) {
    if (pinned.version != gate::kGradersVersion) {
      return not_ready("GraderVersion", "spec.graders: " + pinned.name + " is pinned to version " + pinned.version +
                                            ", and this gate has " + gate::kGradersVersion +
                                            "; change the pin, or the gate");
    }
  }
  if (spec.graders.empty()) return {};
  for (const domain::Case& one : cases) {
    for (const domain::Expectation& expectation : one.expect) {
      const bool allowed =
          std::any_of(spec.graders.begin(), spec.graders.end(),
                      [&](const domain::SuiteGrader& pinned) { return pinned.name == expectation.grader; });
      if (!allowed) {
        return not_ready("GraderNotListed",
                         "a case uses the grader " + expectation.grader + ", which spec.graders does not list; add it");
      }
    }
  }
  return {};
}

std::vector<domain::CapabilityCount> counts(const domain::SuiteSpec& spec, const std::vector<domain::Case>& cases) {
  std::vector<domain::CapabilityCount> out;
  for (const auto& [name, count] : suite::counts_by_capability(cases)) {
    const auto found =
        std::find_if(spec.capabilities.begin(), spec.capabilities.end(),
                     [&, &wanted = name](const domain::SuiteCapability& each) { return each.name == wanted; });
    const int needed = found == spec.capabilities.end() ? domain::SuiteCapability{}.min_cases : found->min_cases;
    const auto cases_of_it = static_cast<std::int64_t>(count);
    out.push_back({name, cases_of_it, cases_of_it >= needed});
  }
  return out;
}

}  // namespace

Result<std::vector<Json>> SuiteStore::objects(const domain::CaseObjects& which, const kube::Resource& resource,
                                              const std::string& ns) const {
  std::vector<Json> out;
  for (const std::string& name : which.names) {
    auto object = client_.get(resource, {ns, name});
    if (!object) return fail(object.error());
    out.push_back(std::move(*object));
  }
  if (!which.names.empty()) return out;
  kube::ListOptions options;
  options.ns = ns;
  options.label_selector = selector_of(which.match_labels);
  do {
    auto page = client_.list(resource, options);
    if (!page) return fail(page.error());
    std::move(page->items.begin(), page->items.end(), std::back_inserter(out));
    options.continue_token = page->continue_token;
  } while (!options.continue_token.empty());
  std::sort(out.begin(), out.end(), [](const Json& a, const Json& b) {
    return text_at(a, "metadata", "name") < text_at(b, "metadata", "name");
  });
  return out;
}

Result<std::string> SuiteStore::read_lines(const StoredSuite& suite) const {
  const bool secret = suite.held_out();
  const domain::CaseObjects& which = secret ? *suite.spec.cases.secrets : *suite.spec.cases.config_maps;
  const auto found = objects(which, secret ? kSecrets : kube::resources::kConfigMaps, secret ? own_ns_ : suite.key.ns);
  if (!found) {
    if (found.error().kind == ErrorKind::NotFound) {
      return not_ready("CasesMissing", found.error().message + "; create it, or correct spec.cases");
    }
    return fail(found.error());
  }
  std::string lines;
  for (const Json& object : *found) {
    const std::string data = text_at(object, "data", which.key.c_str());
    const std::string name = text_at(object, "metadata", "name");
    if (data.empty()) {
      return not_ready("CasesMissing", name + " has no " + which.key + "; add it, or correct spec.cases");
    }
    if (secret) {
      const auto decoded = kube::base64_decode(data);
      if (!decoded) return not_ready("CasesMissing", name + ": " + which.key + " is no base64");
      lines += *decoded;
    } else {
      lines += data;
    }
    if (!lines.ends_with('\n')) lines += '\n';
  }
  return lines;
}

Result<std::vector<domain::Case>> SuiteStore::read_cases(const StoredSuite& suite) const {
  const auto lines = read_lines(suite);
  if (!lines) return fail(lines.error());
  suite::CaseFile file = suite::read_cases(*lines);
  if (!file.faults.empty()) {
    const std::string count = std::to_string(file.faults.size()) + " faults in its cases; ";
    // A fault quotes what it found: of secret cases only how many there are is told.
    return not_ready("CasesFaulty", suite.held_out() ? count + "run `pawl suite lint` on the file"
                                                     : count + "first: " + suite::describe(file.faults.front()));
  }
  if (file.cases.empty()) return not_ready("CasesMissing", "it has no cases; add some");
  if (const auto sound = check_graders(suite.spec, file.cases); !sound) return fail(sound.error());
  return std::move(file.cases);
}

Result<StoredSuite> SuiteStore::load(const kube::ObjectKey& key) const {
  const auto object = client_.get(kEvalSuites, key);
  if (!object) return fail(object.error().during("reading EvalSuite " + key.display()));
  const auto spec = codec::parse_suite_spec(object->value("spec", Json::object()));
  if (!spec) return fail(spec.error().during("EvalSuite " + key.display()));
  StoredSuite out{key,
                  text_at(*object, "metadata", "resourceVersion"),
                  *spec,
                  codec::parse_suite_status(object->value("status", Json::object())),
                  {}};
  out.suite.name = key.name;
  out.suite.tier = tier_of(spec->tier);
  SuiteStatus wanted = out.status;
  wanted.observed_generation = generation_of(*object);
  auto cases = read_cases(out);
  if (!cases && cases.error().reason.empty()) {
    return fail(cases.error().during("reading the cases of EvalSuite " + key.display()));
  }
  domain::Condition ready{kReady,
                          domain::ConditionStatus::True,
                          "CasesRead",
                          std::string("the gate can judge by it"),
                          wanted.observed_generation,
                          {}};
  if (cases) {
    wanted.size = static_cast<std::int64_t>(cases->size());
    wanted.digest = suite::suite_digest(*cases);
    wanted.capabilities = counts(*spec, *cases);
  } else {
    ready.status = domain::ConditionStatus::False;
    ready.reason = cases.error().reason;
    ready.message = json::clip(cases.error().message, kMessageMax);
  }
  domain::set_condition(wanted.conditions, ready, clock_.wall());
  if (const auto written = write(out, wanted); !written) return fail(written.error());
  if (!cases) return fail(cases.error().during("EvalSuite " + key.display()));
  out.suite.cases = std::move(*cases);
  return out;
}

Status SuiteStore::store_ledger(StoredSuite& suite, const domain::Ledger& ledger) const {
  SuiteStatus wanted = suite.status;
  wanted.ledger = ledger;
  return write(suite, std::move(wanted));
}

Status SuiteStore::write(StoredSuite& suite, SuiteStatus wanted) const {
  if (wanted == suite.status) return {};
  const Json patch{{"metadata", {{"resourceVersion", suite.resource_version}}},
                   {"status", codec::render_suite_status(wanted)}};
  const auto written =
      client_.patch(kEvalSuites, suite.key, patch,
                    {.type = kube::PatchType::Merge, .subresource = "status", .field_manager = "", .force = false});
  if (!written) return fail(written.error().during("writing the status of EvalSuite " + suite.key.display()));
  suite.resource_version = text_at(*written, "metadata", "resourceVersion");
  suite.status = std::move(wanted);
  return {};
}

}  // namespace pawl::gatekeeper
