#include "cli/rollout/record_reader.h"

#include <charconv>

#include <nlohmann/json.hpp>

#include "codec/enums.h"
#include "codec/gate_codec.h"
#include "codec/rollout_codec.h"
#include "json/cursor.h"
#include "json/lookup.h"
#include "json/parse.h"

namespace pawl::cli {
namespace {

using json::Json;

constexpr json::Length kText{0, 65'536};

/// Records hold means and logarithms as numbers, unlike our objects: no server's schema stands between.
double number_at(const Json& row, const char* key) {
  const auto it = row.find(key);
  return it != row.end() && it->is_number() ? it->get<double>() : 0.0;
}

std::vector<domain::ScoreRow> read_scoreboard(const Json& record, const json::Cursor& at) {
  std::vector<domain::ScoreRow> rows;
  const std::vector<json::Cursor> items = at.objects("scoreboard", 1000);
  for (std::size_t i = 0; i < items.size(); ++i) {
    domain::ScoreRow row;
    row.capability = items[i].required_string("capability", kText);
    row.stable_n = items[i].required_integer("stableN");
    row.canary_n = items[i].required_integer("canaryN");
    row.state = items[i].optional_enum("state", codec::kCapabilityStateNames).value_or(row.state);
    const Json& item = record.at("scoreboard").at(i);
    row.stable_mean = number_at(item, "stableMean");
    row.canary_mean = number_at(item, "canaryMean");
    if (item.contains("differenceLower")) {
      row.difference = domain::Interval{number_at(item, "differenceLower"), number_at(item, "differenceUpper")};
    }
    rows.push_back(std::move(row));
  }
  return rows;
}

std::vector<domain::NarrowedMargin> read_margins(const Json& record) {
  std::vector<domain::NarrowedMargin> margins;
  const auto items = record.find("margins");
  if (items == record.end() || !items->is_array()) return margins;
  for (const Json& item : *items) {
    margins.push_back({json::text_at(item, {"capability"}), number_at(item, "margin"), number_at(item, "lost")});
  }
  return margins;
}

/// Nothing in a record from before this part was written.
std::optional<domain::TrialRecord> read_trial(const Json& record, const json::Cursor& holder) {
  const auto at = holder.optional_object("trial");
  if (!at) return std::nullopt;
  domain::TrialRecord trial;
  trial.cohort = at->required_string("cohort", kText);
  trial.began = at->required_time("began");
  trial.canary = at->required_string("canary", kText);
  trial.stable = at->required_string("stable", kText);
  for (const json::Cursor& item : at->objects("changes", 1000)) {
    trial.changes.push_back(
        {item.required_time("at"), static_cast<int>(item.required_integer("canary", {0, domain::kWholeShare}))});
  }
  trial.touched = at->strings("touched", 1000, kText);
  trial.analysis = codec::read_analysis_spec(at->required_object("analysis"));
  trial.evidence = codec::read_evidence_spec(at->required_object("evidence"));
  trial.breakers = codec::read_breakers(*at);
  trial.verdict = at->required_string("verdict", kText);
  trial.reason = at->required_string("reason", kText);
  trial.newest_sample = at->optional_time("newestSample").value_or(Instant{});
  trial.log_e = number_at(record.at("trial"), "logE");
  return trial;
}

std::int64_t number_of(const std::string& text) {
  std::int64_t value = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
  return problem == std::errc{} && end == text.data() + text.size() ? value : 0;
}

}  // namespace

FoundRecord found_record(const Json& config_map) {
  FoundRecord found;
  found.config_map = json::text_at(config_map, {"metadata", "name"});
  found.label = number_of(json::text_at(config_map, {"metadata", "labels", "pawl.dev/record"}));
  found.text = json::text_at(config_map, {"data", "record.json"});
  found.claimed_sha256 = json::text_at(config_map, {"data", "sha256"});
  return found;
}

Result<domain::Record> read_record(const std::string& text) {
  const auto parsed = json::parse_bounded(text);
  if (!parsed) return fail(parsed.error());
  json::Reading reading;
  const json::Cursor at(*parsed, "record", reading);
  domain::Record record;
  record.sequence = at.required_integer("sequence");
  record.at = at.required_time("at");
  record.actor = at.required_string("actor", kText);
  record.rollout = at.required_string("rollout", kText);
  record.what = at.required_string("what", kText);
  record.revision = {at.required_string("revision", kText), at.required_string("digest", kText)};
  record.rule = at.required_string("rule", kText);
  record.reason = at.required_string("reason", kText);
  record.message = at.required_string("message", kText);
  record.policy_sha256 = at.required_string("policy", kText);
  record.canary_before = static_cast<int>(at.required_integer("canaryBefore", {0, domain::kWholeShare}));
  record.canary_after = static_cast<int>(at.required_integer("canaryAfter", {0, domain::kWholeShare}));
  record.scoreboard = read_scoreboard(*parsed, at);
  record.margins = read_margins(*parsed);
  record.parent_sha256 = at.required_string("parent", kText);
  record.gate = codec::read_revision_gate(at);
  record.trial = read_trial(*parsed, at);
  if (!reading.ok()) return fail(ErrorKind::Malformed, json::describe(reading.faults()));
  return record;
}

}  // namespace pawl::cli
