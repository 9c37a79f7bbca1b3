#include "suite/freeze.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "json/parse.h"
#include "suite/import_parts.h"

namespace pawl::suite {
namespace {

using json::Cursor;

/// The faulty tool calls, if there were any: each argument with the one value it had.
Json calls_of(const Json& record) {
  Json calls = Json::array();
  const Json made = record.value("tool_calls", Json::array());
  for (const Json& call : made) {
    if (!call.is_object() || !call.contains("name") || !call["name"].is_string()) continue;
    Json arguments = Json::object();
    const Json given = call.value("arguments", Json::object());
    if (given.is_object()) {
      for (const auto& [name, value] : given.items()) arguments[name] = Json::array({value});
    }
    calls.push_back({{"name", call["name"]}, {"arguments", arguments}});
  }
  return calls;
}

std::vector<domain::Expectation> not_that_again(const Json& record, const std::string& output) {
  std::vector<domain::Expectation> expect;
  if (!output.empty()) expect.push_back(expectation("exact", {{"values", Json::array({output})}}));
  else if (const Json calls = calls_of(record); !calls.empty()) {
    expect.push_back(expectation("tool-calls", {{"calls", calls}}));
  } else expect.push_back(expectation("exact", {{"values", Json::array({""})}}));
  expect.front().negate = true;
  return expect;
}

std::size_t passed(const std::vector<bool>& epochs) {
  return static_cast<std::size_t>(std::count(epochs.begin(), epochs.end(), true));
}

}  // namespace

Result<domain::Case> draft_from_record(std::string_view record, const FreezeOrder& order) {
  auto parsed = json::parse_bounded(record, {.bytes = kLineBytesMax, .depth = 64});
  if (!parsed) {
    return fail(ErrorKind::Malformed, parsed.error().message + "; the file must hold one interaction record");
  }
  if (!parsed->is_object()) {
    return fail(ErrorKind::Malformed, "the file must hold one interaction record, a JSON object");
  }
  json::Reading reading;
  const Cursor at(*parsed, "", reading);
  domain::Case draft;
  Gathering names({});
  draft.capability =
      names.capability(order.capability.empty() ? at.optional_string("capability").value_or("") : order.capability);
  if (draft.capability.empty()) at.fault_at("capability", "is missing; name it with --capability");
  draft.input = {{domain::Role::User, at.required_string("input", {1, kLineBytesMax})}};
  draft.expect = not_that_again(*parsed, at.optional_string("output", {0, kLineBytesMax}).value_or(""));
  const auto text = [&](std::string_view key) { return at.optional_string(key).value_or(""); };
  const std::string date = at.optional_time("end_time") ? text("end_time") : "";
  draft.provenance = {"frozen", text("interaction.id"), text("agent.revision"), order.incident, order.reviewer, date};
  draft.tags = {kDraftTag};
  if (!reading.ok()) return fail(ErrorKind::Invalid, json::describe(reading.faults()));
  draft.id = frozen_id(draft);
  return draft;
}

CaseFile drafts_from_records(std::string_view text, const FreezeOrder& order) {
  CaseFile out;
  std::set<std::string> ids;
  const auto take = [&](std::string_view record, std::size_t line) {
    auto draft = draft_from_record(record, order);
    if (!draft) out.faults.push_back({line, "", draft.error().message});
    else if (ids.insert(draft->id).second) out.cases.push_back(std::move(*draft));
  };
  if (json::parse_bounded(text, {.bytes = kLineBytesMax, .depth = 64})) {
    take(text, 1);
    return out;
  }
  std::size_t number = 0;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    const std::string_view line = text.substr(begin, end - begin);
    ++number;
    if (line.find_first_not_of(" \t\r") != std::string_view::npos) take(line, number);
    begin = end + 1;
  }
  return out;
}

Result<domain::Case> admit(domain::Case draft, const RedGreen& outcomes) {
  const std::size_t red = passed(outcomes.on_faulty);
  const std::size_t green = passed(outcomes.on_correct);
  if (outcomes.on_faulty.empty() || outcomes.on_correct.empty()) {
    return fail(ErrorKind::Invalid,
                "a frozen case needs outcomes on the faulty revision and on a correct one; run both");
  }
  if (red * 2 >= outcomes.on_faulty.size()) {
    return fail(
        ErrorKind::Invalid,
        fmt::format(
            "not red: the case passed {} of {} times on the faulty revision; sharpen the expectation until it fails there",
            red, outcomes.on_faulty.size()));
  }
  if (green * 3 < outcomes.on_correct.size() * 2) {
    return fail(
        ErrorKind::Invalid,
        fmt::format("not green: the case passed {} of {} times on the correct revision; two of three are needed", green,
                    outcomes.on_correct.size()));
  }
  std::erase(draft.tags, kDraftTag);
  draft.provenance.faulty = outcomes.faulty_digest;
  draft.provenance.correct = outcomes.correct_digest;
  draft.id = frozen_id(draft);
  return draft;
}

}  // namespace pawl::suite
