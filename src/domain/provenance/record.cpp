#include "domain/provenance/record.h"

#include <array>
#include <charconv>

#include "base/sha256.h"

namespace pawl::domain {
namespace {

std::string quoted(std::string_view text) {
  constexpr std::string_view kHex = "0123456789abcdef";
  std::string out = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (byte < 0x20) {
      out += "\\u00";
      out += kHex[byte >> 4];
      out += kHex[byte & 0xf];
    } else {
      out += c;
    }
  }
  return out + '"';
}

std::string number(double value) {
  std::array<char, 32> buffer{};
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value).ptr;
  return {buffer.data(), end};
}

std::string_view state_word(CapabilityState state) {
  switch (state) {
    case CapabilityState::Held: return "Held";
    case CapabilityState::Lost: return "Lost";
    case CapabilityState::Gained: return "Gained";
    case CapabilityState::Insufficient: return "Insufficient";
  }
  return "?";
}

std::string row_text(const ScoreRow& row) {
  return "{\"canaryMean\":" + number(row.canary_mean) + ",\"canaryN\":" + std::to_string(row.canary_n) +
         ",\"capability\":" + quoted(row.capability) + ",\"stableMean\":" + number(row.stable_mean) +
         ",\"stableN\":" + std::to_string(row.stable_n) + ",\"state\":" + quoted(state_word(row.state)) + "}";
}

std::string scoreboard_text(const std::vector<ScoreRow>& rows) {
  std::string out = "[";
  for (const ScoreRow& row : rows) out += (out.size() > 1 ? "," : "") + row_text(row);
  return out + "]";
}

std::string breaker_text(const BreakerSpec& b) {
  if (b.guardrail_class) return *b.guardrail_class + ":" + std::to_string(b.max_events) + ":" + number(b.max_rate.value_or(0));
  if (b.events) return "events:" + b.events->kind + ":" + number(b.events->tolerance);
  if (b.latency) return "latency:" + number(b.latency->le) + ":" + number(b.latency->tolerance);
  return "errors:" + number(b.errors_tolerance);
}

/// What a decision depended on of the spec. Not the whole spec: a changed replica count is not a changed policy.
std::string policy_text(const RolloutSpec& spec) {
  std::string out = number(spec.analysis.alpha) + "|" + number(spec.analysis.beta) + "|" + number(spec.analysis.margin) + "|" +
                    std::to_string(spec.analysis.min_samples) + "|" + std::to_string(spec.analysis.max_samples) + "|" +
                    format_duration(spec.analysis.min_age) + "|" + format_duration(spec.analysis.max_duration) + "|" +
                    number(spec.analysis.guardrail_alpha) + "|" + number(spec.analysis.tolerance) + "|" + number(spec.analysis.deflation) + "|" +
                    number(spec.analysis.bets.from_start) + "|" + number(spec.analysis.bets.cap) + "|" + std::to_string(spec.analysis.bets.memory);
  for (const CapabilitySpec& c : spec.evidence.capabilities) {
    out += "|c:" + c.name + ":" + number(c.margin.value_or(spec.analysis.margin)) + ":" + number(c.tolerance.value_or(spec.analysis.tolerance));
  }
  for (const GroupSpec& g : spec.evidence.groups) {
    out += "|g:" + g.name + ":" + number(g.margin.value_or(spec.analysis.margin)) + ":" + number(g.tolerance.value_or(spec.analysis.tolerance));
    for (const std::string& member : g.capabilities) out += "," + member;
  }
  for (const BreakerSpec& b : spec.breakers) out += "|b:" + b.name + ":" + breaker_text(b);
  for (const Step& s : spec.steps) out += "|s:" + std::to_string(s.weight) + ":" + format_duration(s.soak);
  return out;
}

}  // namespace

Record make_record(const Observation& seen, const Advance& answer, std::string actor) {
  const Decision& decision = *answer.status.last_decision;
  Record record;
  record.sequence = answer.status.decisions;
  record.at = decision.at;
  record.actor = std::move(actor);
  record.rollout = seen.ns + "/" + seen.name;
  record.what = decision.what;
  record.revision = decision.revision;
  record.rule = answer.why.rule;
  record.reason = decision.reason;
  record.message = decision.message;
  record.policy_sha256 = sha256_hex(policy_text(seen.spec));
  record.canary_before = seen.status.weights.desired;
  record.canary_after = answer.status.weights.desired;
  record.scoreboard = seen.judgement.scoreboard;
  record.parent_sha256 = seen.status.last_decision ? seen.status.last_decision->record_sha256 : "";
  return record;
}

std::string canonical_text(const Record& r) {
  return "{\"actor\":" + quoted(r.actor) + ",\"at\":" + quoted(format_rfc3339(r.at)) + ",\"canaryAfter\":" + std::to_string(r.canary_after) +
         ",\"canaryBefore\":" + std::to_string(r.canary_before) + ",\"digest\":" + quoted(r.revision.digest) + ",\"message\":" + quoted(r.message) +
         ",\"parent\":" + quoted(r.parent_sha256) + ",\"policy\":" + quoted(r.policy_sha256) + ",\"reason\":" + quoted(r.reason) +
         ",\"revision\":" + quoted(r.revision.name) + ",\"rollout\":" + quoted(r.rollout) + ",\"rule\":" + quoted(r.rule) +
         ",\"scoreboard\":" + scoreboard_text(r.scoreboard) + ",\"sequence\":" + std::to_string(r.sequence) + ",\"what\":" + quoted(r.what) + "}";
}

std::string record_sha256(std::string_view canonical) { return sha256_hex(canonical); }

std::optional<std::string> verify_chain(const std::vector<StoredRecord>& records, const std::string& head) {
  if (records.empty()) return head.empty() ? std::nullopt : std::optional<std::string>("no record is stored, but the status names " + head);
  std::string before;
  for (std::size_t i = 0; i < records.size(); ++i) {
    const StoredRecord& record = records[i];
    const std::string at = "record " + std::to_string(record.sequence);
    // The number a record is stored under is not hashed; the one in its text is. Quotes in a message are escaped.
    const bool own_number = record.text.find("],\"sequence\":" + std::to_string(record.sequence) + ",\"what\":") != std::string::npos;
    if (!own_number) return at + ": its text carries another number";
    if (i > 0 && record.sequence != records[i - 1].sequence + 1) return at + ": the record before it is missing";
    const bool linked = i == 0 ? (record.sequence > 1 || record.parent_sha256.empty()) : record.parent_sha256 == before;
    if (!linked) return at + ": its parent hash does not match the record before it";
    before = record_sha256(record.text);
  }
  if (before != head) return "the newest record's hash is " + before + ", the status names " + head;
  return std::nullopt;
}

}  // namespace pawl::domain
