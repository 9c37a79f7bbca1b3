#include "codec/suite_codec.h"

#include <nlohmann/json.hpp>

#include "codec/conditions_codec.h"
#include "codec/enums.h"
#include "codec/status_parts.h"

namespace pawl::codec {
namespace {

using json::Cursor;

constexpr json::Length kLabel{1, 63};
constexpr std::size_t kLabelsMax = 8;
constexpr std::size_t kCapabilitiesMax = 64;
constexpr std::size_t kShortDigest = 12;
constexpr json::Range kCount{.min = 0};

std::map<std::string, std::string> read_labels(const Cursor& at) {
  std::map<std::string, std::string> labels;
  const Json* found = at.raw("matchLabels");
  if (found == nullptr || !at.optional_object("matchLabels")) return labels;
  if (found->empty() || found->size() > kLabelsMax) at.fault_at("matchLabels", "must have one to eight labels");
  for (const auto& [key, value] : found->items()) {
    if (value.is_string()) labels[key] = value.get<std::string>();
    else at.fault_at("matchLabels", "must hold texts only");
  }
  return labels;
}

std::optional<domain::CaseObjects> read_objects(const Cursor& cases, std::string_view kind) {
  const auto at = cases.optional_object(kind);
  if (!at) return std::nullopt;
  domain::CaseObjects objects;
  objects.names = at->strings("names", 64, {1, kNameMax});
  objects.match_labels = read_labels(*at);
  objects.key = at->optional_string("key", {1, kNameMax}).value_or(objects.key);
  if (objects.names.empty() == objects.match_labels.empty()) {
    at->fault("name the objects by exactly one of names and matchLabels");
  }
  return objects;
}

/// What the CRD says across fields, for servers whose admission is older than its rules.
void check_tier(const Cursor& at, const domain::SuiteSpec& spec) {
  const bool secret = spec.tier == domain::SuiteTier::HeldOut;
  if (spec.cases.config_maps.has_value() == spec.cases.secrets.has_value()) {
    return at.fault_at("cases", "name exactly one of configMaps and secrets");
  }
  if (secret && !spec.cases.secrets) {
    at.fault_at("cases.secrets",
                "the tier HeldOut keeps its cases in Secrets of the gate's namespace; replace configMaps by secrets");
  }
  if (!secret && !spec.cases.config_maps) {
    at.fault_at("cases.configMaps",
                "a public tier keeps its cases in ConfigMaps; replace secrets by configMaps, or use the tier HeldOut");
  }
  if (!secret && spec.budget) at.fault_at("budget", "only the tier HeldOut has secrets to protect; remove the budget");
}

/// "frozen/" is not written: a suite of thousands must fit into its status.
constexpr std::string_view kFrozen = "frozen/";
constexpr std::size_t kFrozenDigits = 16;
constexpr std::size_t kKnownTextMax = domain::kKnownCasesMax * kFrozenDigits;

std::vector<std::string> read_known(const Cursor& at) {
  const std::string digits = at.optional_string("knownCases", {0, kKnownTextMax}).value_or("");
  std::vector<std::string> ids;
  if (digits.size() % kFrozenDigits != 0) {
    at.fault_at("knownCases", "must be sixteen digits for each case");
    return ids;
  }
  for (std::size_t i = 0; i < digits.size(); i += kFrozenDigits) {
    ids.push_back(std::string(kFrozen) + digits.substr(i, kFrozenDigits));
  }
  return ids;
}

std::string render_known(const std::vector<std::string>& ids) {
  std::string digits;
  for (std::size_t i = 0; i < ids.size() && i < domain::kKnownCasesMax; ++i) digits += ids[i].substr(kFrozen.size());
  return digits;
}

domain::CapabilityCount read_count(const Cursor& at) {
  return {at.required_string("name", kLabel), at.required_integer("cases", kCount),
          at.optional_boolean("protected").value_or(false)};
}

Json render_count(const domain::CapabilityCount& row) {
  return {{"name", row.name}, {"cases", row.cases}, {"protected", row.is_protected}};
}

}  // namespace

domain::LeakBudget read_budget(const Cursor& at) {
  domain::LeakBudget budget;
  budget.answers = at.optional_integer("answers", {1, 10'000}).value_or(budget.answers);
  budget.promotions = at.optional_integer("promotions", {0, 10'000}).value_or(budget.promotions);
  budget.bits = at.optional_integer("bits", {1, 1'000'000}).value_or(budget.bits);
  if (budget.promotions > budget.answers) {
    at.fault_at("promotions",
                "must not be above answers, since every promotion rests on one; lower it or raise answers");
  }
  return budget;
}

domain::Ledger read_ledger(const Cursor& at) {
  domain::Ledger ledger;
  ledger.generation = at.optional_integer("generation", {.min = 1}).value_or(ledger.generation);
  ledger.bits_spent = at.required_integer("bitsSpent", kCount);
  ledger.answers = at.required_integer("answers", kCount);
  ledger.promotions = at.required_integer("promotions", kCount);
  const Cursor cases = at.object_or_empty("cases");
  ledger.cases.size = cases.optional_integer("size", kCount).value_or(0);
  ledger.cases.fingerprints =
      cases.optional_string("fingerprints", {0, domain::kSampledCasesMax * domain::kFingerprintLength}).value_or("");
  return ledger;
}

Json render_ledger(const domain::Ledger& ledger) {
  Json json{{"generation", ledger.generation},
            {"bitsSpent", ledger.bits_spent},
            {"answers", ledger.answers},
            {"promotions", ledger.promotions}};
  if (ledger.cases.size > 0) json["cases"] = {{"size", ledger.cases.size}, {"fingerprints", ledger.cases.fingerprints}};
  return json;
}

domain::SuiteSpec read_suite_spec(const Cursor& at) {
  domain::SuiteSpec spec;
  if (!at.has("tier")) at.fault_at("tier", "is required: Dev, Golden, Regression or HeldOut");
  spec.tier = at.optional_enum("tier", kSuiteTierNames).value_or(spec.tier);
  const Cursor cases = at.required_object("cases");
  spec.cases = {read_objects(cases, "configMaps"), read_objects(cases, "secrets")};
  const auto capabilities = at.objects("capabilities", kCapabilitiesMax);
  for (const Cursor& item : capabilities) {
    spec.capabilities.push_back({item.required_string("name", kLabel), item.int_or("minCases", 20, {1, 100'000})});
  }
  Cursor::refuse_repeats(capabilities, "name");
  const auto graders = at.objects("graders", 32);
  for (const Cursor& item : graders) {
    spec.graders.push_back({item.required_string("name", kLabel), item.required_string("version", kLabel)});
  }
  Cursor::refuse_repeats(graders, "name");
  spec.epochs = at.int_or("epochs", spec.epochs, {1, 20});
  spec.generation = at.optional_integer("generation", {1, 1'000'000}).value_or(spec.generation);
  if (const auto budget = at.optional_object("budget")) spec.budget = read_budget(*budget);
  check_tier(at, spec);
  return spec;
}

Result<domain::SuiteSpec> parse_suite_spec(const Json& spec) {
  json::Reading reading;
  domain::SuiteSpec read = read_suite_spec(Cursor(spec, "spec", reading));
  if (!reading.ok()) return fail(ErrorKind::Invalid, json::describe(reading.faults()));
  return read;
}

domain::SuiteStatus parse_suite_status(const Json& status, std::vector<json::Fault>* faults) {
  json::Reading reading;
  const Cursor at(status, "status", reading);
  domain::SuiteStatus read;
  read.observed_generation = at.optional_integer("observedGeneration", kCount).value_or(0);
  read.size = at.optional_integer("size", kCount).value_or(0);
  read.digest = at.optional_string("digest", {0, kDigestMax}).value_or("");
  read.capabilities = read_sound_items<domain::CapabilityCount>(at, "capabilities", reading, read_count);
  if (const auto ledger = at.optional_object("ledger")) read.ledger = read_ledger(*ledger);
  read.known_cases = read_known(at);
  read.conditions = read_conditions(at, reading);
  if (faults != nullptr) *faults = reading.faults();
  return read;
}

Json render_suite_status(const domain::SuiteStatus& status) {
  Json json{{"observedGeneration", status.observed_generation}, {"size", status.size}};
  put_text(json, "digest", status.digest, kDigestMax);
  put_text(json, "shortDigest", std::string_view(status.digest).substr(0, kShortDigest), kShortDigest);
  put_newest(json, "capabilities", status.capabilities, kCapabilitiesMax, render_count);
  if (status.ledger) json["ledger"] = render_ledger(*status.ledger);
  put_text(json, "knownCases", render_known(status.known_cases), kKnownTextMax);
  json["conditions"] = render_conditions(status.conditions);
  return json;
}

Result<domain::SuiteRecord> parse_suite_record(const Json& record) {
  json::Reading reading;
  const Cursor at(record, "", reading);
  domain::SuiteRecord read;
  read.known_cases = read_known(at);
  if (const auto ledger = at.optional_object("ledger")) read.ledger = read_ledger(*ledger);
  if (!reading.ok()) return fail(ErrorKind::Malformed, json::describe(reading.faults()));
  return read;
}

Json render_suite_record(const domain::SuiteRecord& record) {
  Json json = Json::object();
  put_text(json, "knownCases", render_known(record.known_cases), kKnownTextMax);
  if (record.ledger) json["ledger"] = render_ledger(*record.ledger);
  return json;
}

}  // namespace pawl::codec
