#include "gatekeeper/suite_store.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "base/counted.h"
#include "codec/suite_codec.h"
#include "gatekeeper/suite_checks.h"
#include "json/clip.h"
#include "json/lookup.h"
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

bool belongs_to(const Json& secret, const std::string& suite) {
  const Json labels = secret.value("metadata", Json::object()).value("labels", Json::object());
  return labels.is_object() && labels.value(kSuiteLabel, "") == suite;
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

void append_lines(std::string& to, const std::string& lines) {
  to += lines;
  if (!to.empty() && !to.ends_with('\n')) to += '\n';
}

/// What there is to say of a suite that can be judged by.
std::string ready_message(const suite::Regression& settled) {
  std::string text = "the gate can judge by it";
  if (settled.known.size() > domain::kKnownCasesMax) {
    text += "; it remembers only " + std::to_string(domain::kKnownCasesMax) + " of " +
            std::to_string(settled.known.size()) + " frozen cases, make a second suite of the others";
  }
  if (!settled.unused.empty()) text += "; a waiver names no case there ever was: " + settled.unused.front();
  for (const domain::WaivedCase& each : settled.waived) text += "; " + each.id + " is waived by " + each.owner;
  return json::clip(text, kMessageMax);
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
    return json::text_at(a, {"metadata", "name"}) < json::text_at(b, {"metadata", "name"});
  });
  return out;
}

Result<SuiteStore::Lines> SuiteStore::read_lines(const StoredSuite& suite) const {
  const bool secret = suite.held_out();
  const domain::CaseObjects& which = secret ? *suite.spec.cases.secrets : *suite.spec.cases.config_maps;
  const auto found = objects(which, secret ? kSecrets : kube::resources::kConfigMaps, secret ? own_ns_ : suite.key.ns);
  if (!found) {
    if (found.error().kind == ErrorKind::NotFound) {
      return not_ready("CasesMissing", found.error().message + "; create it, or correct spec.cases");
    }
    return fail(found.error());
  }
  Lines lines;
  for (const Json& object : *found) {
    const std::string name = json::text_at(object, {"metadata", "name"});
    if (secret && !belongs_to(object, suite.key.name)) {
      return not_ready("SecretNotMarked", "Secret " + name + " is not marked as cases of this suite; label it " +
                                              kSuiteLabel + "=" + suite.key.name + ", or correct spec.cases");
    }
    const std::string waivers =
        suite.spec.tier == domain::SuiteTier::Regression ? json::text_at(object, {"data", kWaiversKey}) : "";
    append_lines(lines.waivers, waivers);
    const std::string data = json::text_at(object, {"data", which.key.c_str()});
    if (data.empty() && waivers.empty()) {
      return not_ready("CasesMissing", name + " has no " + which.key + "; add it, or correct spec.cases");
    }
    if (!secret) {
      append_lines(lines.cases, data);
      continue;
    }
    const auto decoded = kube::base64_decode(data);
    if (!decoded) return not_ready("CasesMissing", name + ": " + which.key + " is no base64");
    append_lines(lines.cases, *decoded);
  }
  return lines;
}

Result<suite::Regression> SuiteStore::read_cases(const StoredSuite& suite) const {
  const auto lines = read_lines(suite);
  if (!lines) return fail(lines.error());
  suite::CaseFile file = suite::read_cases(lines->cases);
  if (!file.faults.empty()) {
    const std::string count = counted(file.faults.size(), "fault") + " in its cases; ";
    // A fault quotes what it found: of secret cases only how many there are is told.
    return not_ready("CasesFaulty", suite.held_out() ? count + "run `pawl suite lint` on the file"
                                                     : count + "first: " + suite::describe(file.faults.front()));
  }
  auto settled = settle_cases(suite, std::move(file.cases), lines->waivers);
  if (!settled) return fail(settled.error());
  if (settled->cases.empty()) return not_ready("CasesMissing", "it has no cases; add some");
  if (const auto sound = check_graders(suite.spec, settled->cases); !sound) return fail(sound.error());
  if (const auto sound = check_refresh(suite, settled->cases); !sound) return fail(sound.error());
  return settled;
}

domain::Ledger ledger_of(const StoredSuite& suite) {
  if (suite.status.ledger && suite.status.ledger->generation >= suite.spec.generation) return *suite.status.ledger;
  domain::Ledger fresh;
  fresh.generation = suite.spec.generation;
  fresh.cases = suite.sample;
  return fresh;
}

Result<StoredSuite> SuiteStore::load(const kube::ObjectKey& key) const {
  const auto object = client_.get(kEvalSuites, key);
  if (!object) return fail(object.error().during("reading EvalSuite " + key.display()));
  const auto spec = codec::parse_suite_spec(object->value("spec", Json::object()));
  if (!spec) return fail(spec.error().during("EvalSuite " + key.display()));
  StoredSuite out{key,
                  json::text_at(*object, {"metadata", "resourceVersion"}),
                  *spec,
                  codec::parse_suite_status(object->value("status", Json::object())),
                  {}};
  out.suite.name = key.name;
  out.suite.tier = tier_of(spec->tier);
  const auto remembered = memory_.recall(key);
  if (!remembered) return fail(remembered.error());
  if (const auto told = tell_remembered(out, *remembered); !told) return fail(told.error());
  SuiteStatus wanted = out.status;
  wanted.observed_generation = generation_of(*object);
  auto settled = read_cases(out);
  if (!settled && settled.error().reason.empty()) {
    return fail(settled.error().during("reading the cases of EvalSuite " + key.display()));
  }
  domain::Condition ready{kReady, domain::ConditionStatus::True, "CasesRead", "", wanted.observed_generation, {}};
  if (settled) {
    wanted.size = static_cast<std::int64_t>(settled->cases.size());
    wanted.digest = suite::suite_digest(settled->cases);
    wanted.capabilities = counts(*spec, settled->cases);
    wanted.known_cases = domain::joined_ids(std::move(wanted.known_cases), settled->unknown);
    ready.message = ready_message(*settled);
  } else {
    ready.status = domain::ConditionStatus::False;
    ready.reason = settled.error().reason;
    ready.message = json::clip(settled.error().message, kMessageMax);
  }
  domain::set_condition(wanted.conditions, ready, clock_.wall());
  if (const domain::SuiteRecord record = domain::record_of(wanted); record != *remembered) {
    if (const auto kept = memory_.keep(key, record); !kept) return fail(kept.error());
  }
  if (const auto written = write(out, wanted); !written) return fail(written.error());
  if (!settled) return fail(settled.error().during("EvalSuite " + key.display()));
  if (out.held_out()) out.sample = domain::sample_cases(content_digests(settled->cases));
  out.suite.cases = std::move(settled->cases);
  out.suite.waived = std::move(settled->waived);
  return out;
}

/// Differs from the status only where somebody made the EvalSuite anew, or something stopped the gate between two
/// writes.
Status SuiteStore::tell_remembered(StoredSuite& suite, const domain::SuiteRecord& remembered) const {
  domain::SuiteRecord whole = domain::joined(domain::record_of(suite.status), remembered);
  SuiteStatus wanted = suite.status;
  wanted.known_cases = std::move(whole.known_cases);
  wanted.ledger = std::move(whole.ledger);
  return write(suite, std::move(wanted));
}

Status SuiteStore::store_ledger(StoredSuite& suite, const domain::Ledger& ledger) const {
  SuiteStatus wanted = suite.status;
  wanted.ledger = ledger;
  if (const auto written = write(suite, std::move(wanted)); !written) return fail(written.error());
  return memory_.keep(suite.key, domain::record_of(suite.status));
}

Status SuiteStore::write(StoredSuite& suite, SuiteStatus wanted) const {
  if (wanted == suite.status) return {};
  const Json patch{{"metadata", {{"resourceVersion", suite.resource_version}}},
                   {"status", codec::render_suite_status(wanted)}};
  const auto written =
      client_.patch(kEvalSuites, suite.key, patch,
                    {.type = kube::PatchType::Merge, .subresource = "status", .field_manager = "", .force = false});
  if (!written) return fail(written.error().during("writing the status of EvalSuite " + suite.key.display()));
  suite.resource_version = json::text_at(*written, {"metadata", "resourceVersion"});
  suite.status = std::move(wanted);
  return {};
}

}  // namespace pawl::gatekeeper
