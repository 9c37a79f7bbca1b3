#include "domain/provenance/record.h"

#include <array>
#include <charconv>

#include "base/sha256.h"
#include "domain/rollout/evidence_policy.h"
#include "domain/rollout/gate.h"

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

std::string row_text(const ScoreRow& row) {
  // A row without one is written as it always was: records of before keep their text.
  const std::string difference = !row.difference ? ""
                                                 : ",\"differenceLower\":" + number(row.difference->lower) +
                                                       ",\"differenceUpper\":" + number(row.difference->upper);
  return "{\"canaryMean\":" + number(row.canary_mean) + ",\"canaryN\":" + std::to_string(row.canary_n) +
         ",\"capability\":" + quoted(row.capability) + difference + ",\"stableMean\":" + number(row.stable_mean) +
         ",\"stableN\":" + std::to_string(row.stable_n) + ",\"state\":" + quoted(to_string(row.state)) + "}";
}

std::string scoreboard_text(const std::vector<ScoreRow>& rows) {
  std::string out = "[";
  for (const ScoreRow& row : rows) out += (out.size() > 1 ? "," : "") + row_text(row);
  return out + "]";
}

std::string margins_text(const std::vector<NarrowedMargin>& margins) {
  if (margins.empty()) return "";
  std::string out;
  for (const NarrowedMargin& m : margins) {
    out += (out.empty() ? "" : ",") + ("{\"capability\":" + quoted(m.capability) + ",\"lost\":" + number(m.lost) +
                                       ",\"margin\":" + number(m.margin) + "}");
  }
  return ",\"margins\":[" + out + "]";
}

/// A fraction as our objects write it: no exponent.
std::string fraction(double value) {
  std::array<char, 400> buffer{};
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, std::chars_format::fixed).ptr;
  return quoted({buffer.data(), end});
}

template <class Items, class Text>
std::string list(const Items& items, Text text) {
  std::string out = "[";
  for (const auto& item : items) out += (out.size() > 1 ? "," : "") + text(item);
  return out + "]";
}

// The fields below are written as in an AgentRollout, so that one reader serves both.
std::string analysis_text(const AnalysisSpec& a) {
  const std::string anchor = a.loss_budget.anchor ? "\"anchor\":" + quoted(*a.loss_budget.anchor) + "," : std::string{};
  return "{\"alpha\":" + fraction(a.alpha) + ",\"bets\":{\"cap\":" + fraction(a.bets.cap) +
         ",\"fromStart\":" + fraction(a.bets.from_start) + ",\"memory\":" + std::to_string(a.bets.memory) +
         "},\"beta\":" + fraction(a.beta) + ",\"coverage\":" + fraction(a.coverage) +
         ",\"deflation\":" + fraction(a.deflation) + ",\"guardrailAlpha\":" + fraction(a.guardrail_alpha) +
         ",\"lossBudget\":{" + anchor + "\"margins\":" + std::to_string(a.loss_budget.margins) +
         "},\"margin\":" + fraction(a.margin) + ",\"maxDuration\":" + quoted(format_duration(a.max_duration)) +
         ",\"maxSamples\":" + std::to_string(a.max_samples) + ",\"minAge\":" + quoted(format_duration(a.min_age)) +
         ",\"minSamples\":" + std::to_string(a.min_samples) + ",\"tolerance\":" + fraction(a.tolerance) + "}";
}

std::string breaker_text(const BreakerSpec& b) {
  std::string what;
  if (b.errors) what = "\"errors\":{\"tolerance\":" + fraction(b.errors_tolerance) + "},";
  if (b.events) {
    what = "\"events\":{\"kind\":" + quoted(b.events->kind) + ",\"tolerance\":" + fraction(b.events->tolerance) + "},";
  }
  if (b.latency) {
    what = "\"latency\":{\"le\":" + fraction(b.latency->le) + ",\"tolerance\":" + fraction(b.latency->tolerance) + "},";
  }
  if (b.guardrail_class) {
    what = "\"guardrail\":{\"class\":" + quoted(*b.guardrail_class) + ",\"maxEvents\":" + std::to_string(b.max_events) +
           (b.max_rate ? ",\"maxRate\":" + fraction(*b.max_rate) : std::string{}) + "},";
  }
  return "{" + what + "\"name\":" + quoted(b.name) + "}";
}

template <class Judged>
std::string limits_text(const Judged& judged) {
  const std::string margin = judged.margin ? "\"margin\":" + fraction(*judged.margin) + "," : std::string{};
  const std::string tolerance = judged.tolerance ? ",\"tolerance\":" + fraction(*judged.tolerance) : std::string{};
  return margin + "\"name\":" + quoted(judged.name) + tolerance;
}

std::string capability_text(const CapabilitySpec& c) { return "{" + limits_text(c) + "}"; }
std::string group_text(const GroupSpec& g) {
  return "{\"capabilities\":" + list(g.capabilities, quoted) + "," + limits_text(g) + "}";
}

std::string evidence_text(const EvidenceSpec& e) {
  std::string out = "{\"capabilities\":" + list(e.capabilities, capability_text) +
                    ",\"groups\":" + list(e.groups, group_text) +
                    ",\"interval\":" + quoted(format_duration(e.interval)) +
                    ",\"prometheus\":{\"address\":" + quoted(e.prometheus) + "}";
  if (e.served) {
    out += ",\"served\":{\"canary\":" + quoted(e.served->canary) + ",\"label\":" + quoted(e.served->label) +
           ",\"metric\":" + quoted(e.served->metric) + ",\"stable\":" + quoted(e.served->stable) + "}";
  }
  return out + "}";
}

std::string trial_text(const TrialRecord& t) {
  const auto change = [](const ShareChange& c) {
    return "{\"at\":" + quoted(format_rfc3339(c.at)) + ",\"canary\":" + std::to_string(c.canary_basis_points) + "}";
  };
  const std::string newest =
      t.newest_sample == Instant{} ? std::string{} : ",\"newestSample\":" + quoted(format_rfc3339(t.newest_sample));
  return "{\"analysis\":" + analysis_text(t.analysis) + ",\"began\":" + quoted(format_rfc3339(t.began)) +
         ",\"breakers\":" + list(t.breakers, breaker_text) + ",\"canary\":" + quoted(t.canary) +
         ",\"changes\":" + list(t.changes, change) + ",\"cohort\":" + quoted(t.cohort) +
         ",\"evidence\":" + evidence_text(t.evidence) + ",\"logE\":" + number(t.log_e) + newest +
         ",\"reason\":" + quoted(t.reason) + ",\"stable\":" + quoted(t.stable) +
         ",\"touched\":" + list(t.touched, quoted) + ",\"verdict\":" + quoted(t.verdict) + "}";
}

/// As in an AgentRevision.
std::string gate_text(const RevisionGate& g) {
  const auto skill = [](const GateEvidence& e) {
    return "{\"capability\":" + quoted(e.capability) + ",\"state\":" + quoted(to_string(e.state)) + "}";
  };
  return "{\"candidateDigest\":" + quoted(g.binding.candidate) +
         ",\"decidedAt\":" + quoted(format_rfc3339(g.decided_at)) + ",\"evidence\":" + list(g.evidence, skill) +
         ",\"expiresAt\":" + quoted(format_rfc3339(g.expires_at)) + ",\"gradersDigest\":" + quoted(g.binding.graders) +
         ",\"message\":" + quoted(g.message) + ",\"policyDigest\":" + quoted(g.binding.policy) +
         ",\"reason\":" + quoted(g.reason) + ",\"rollout\":" + quoted(g.rollout) +
         ",\"stableDigest\":" + quoted(g.binding.stable) + ",\"suitesDigest\":" + quoted(g.binding.suites) +
         ",\"verdict\":" + quoted(to_string(g.verdict)) + "}";
}

/// What the gate had written of the revision, whether or not it held: the reason says that.
std::optional<RevisionGate> gate_of(const Observation& seen, const std::string& revision) {
  if (seen.spec.gate.suites.empty()) return std::nullopt;
  for (const RevisionView& r : seen.revisions) {
    if (r.name == revision) return r.gate;
  }
  return std::nullopt;
}

/// Of the status as it was when the verdict was asked for: the answer may already have dropped the candidate.
std::optional<TrialRecord> trial_of(const Observation& seen) {
  const RolloutStatus& status = seen.status;
  TrialRecord out;
  if (!status.stable) return std::nullopt;
  if (status.candidate && status.candidate->started_at != Instant{}) {
    out.cohort = status.candidate->cohort;
    out.began = status.candidate->started_at;
    out.canary = status.candidate->revision.digest;
    out.stable = status.stable->digest;
  } else if (!status.candidate && status.soak && status.previous) {
    out.cohort = status.soak->cohort;
    out.began = status.soak->started_at;
    out.canary = status.stable->digest;
    out.stable = status.previous->digest;
  } else {
    return std::nullopt;
  }
  out.changes = status.weights.changes;
  out.touched = claimed(seen, out.canary);
  out.analysis = seen.spec.analysis;
  out.evidence = seen.spec.evidence;
  out.breakers = seen.spec.breakers;
  out.verdict = to_string(seen.judgement.kind);
  out.reason = seen.judgement.reason;
  out.log_e = seen.judgement.log_e;
  out.newest_sample = seen.judgement.newest_sample;
  return out;
}

std::string breaker_policy(const BreakerSpec& b) {
  if (b.guardrail_class) {
    return *b.guardrail_class + ":" + std::to_string(b.max_events) + ":" + number(b.max_rate.value_or(0));
  }
  if (b.events) return "events:" + b.events->kind + ":" + number(b.events->tolerance);
  if (b.latency) return "latency:" + number(b.latency->le) + ":" + number(b.latency->tolerance);
  return "errors:" + number(b.errors_tolerance);
}

/// What a decision depended on of the spec. Not the whole spec: a changed replica count is not a changed policy.
std::string policy_text(const RolloutSpec& spec) {
  std::string out = number(spec.analysis.alpha) + "|" + number(spec.analysis.beta) + "|" +
                    number(spec.analysis.margin) + "|" + std::to_string(spec.analysis.min_samples) + "|" +
                    std::to_string(spec.analysis.max_samples) + "|" + format_duration(spec.analysis.min_age) + "|" +
                    format_duration(spec.analysis.max_duration) + "|" + number(spec.analysis.guardrail_alpha) + "|" +
                    number(spec.analysis.tolerance) + "|" + number(spec.analysis.deflation) + "|" +
                    number(spec.analysis.bets.from_start) + "|" + number(spec.analysis.bets.cap) + "|" +
                    std::to_string(spec.analysis.bets.memory) + "|" + number(spec.analysis.coverage) +
                    "|l:" + std::to_string(spec.analysis.loss_budget.margins);
  for (const CapabilitySpec& c : spec.evidence.capabilities) {
    out += "|c:" + c.name + ":" + number(c.margin.value_or(spec.analysis.margin)) + ":" +
           number(c.tolerance.value_or(spec.analysis.tolerance));
  }
  for (const GroupSpec& g : spec.evidence.groups) {
    out += "|g:" + g.name + ":" + number(g.margin.value_or(spec.analysis.margin)) + ":" +
           number(g.tolerance.value_or(spec.analysis.tolerance));
    for (const std::string& member : g.capabilities) out += "," + member;
  }
  for (const BreakerSpec& b : spec.breakers) out += "|b:" + b.name + ":" + breaker_policy(b);
  if (!spec.gate.suites.empty()) out += "|q:" + gate_policy_digest(spec);
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
  record.margins = narrowed_margins(seen.spec, seen.status.loss_ledger);
  record.parent_sha256 = seen.status.last_decision ? seen.status.last_decision->record_sha256 : "";
  record.gate = gate_of(seen, decision.revision.name);
  record.trial = trial_of(seen);
  return record;
}

std::string canonical_text(const Record& r) {
  return "{\"actor\":" + quoted(r.actor) + ",\"at\":" + quoted(format_rfc3339(r.at)) +
         ",\"canaryAfter\":" + std::to_string(r.canary_after) + ",\"canaryBefore\":" + std::to_string(r.canary_before) +
         ",\"digest\":" + quoted(r.revision.digest) + (r.gate ? ",\"gate\":" + gate_text(*r.gate) : std::string{}) +
         margins_text(r.margins) + ",\"message\":" + quoted(r.message) + ",\"parent\":" + quoted(r.parent_sha256) +
         ",\"policy\":" + quoted(r.policy_sha256) + ",\"reason\":" + quoted(r.reason) +
         ",\"revision\":" + quoted(r.revision.name) + ",\"rollout\":" + quoted(r.rollout) +
         ",\"rule\":" + quoted(r.rule) + ",\"scoreboard\":" + scoreboard_text(r.scoreboard) +
         ",\"sequence\":" + std::to_string(r.sequence) +
         (r.trial ? ",\"trial\":" + trial_text(*r.trial) : std::string{}) + ",\"what\":" + quoted(r.what) + "}";
}

std::string record_sha256(std::string_view canonical) { return sha256_hex(canonical); }

std::optional<std::string> verify_chain(const std::vector<StoredRecord>& records, const std::string& head) {
  if (records.empty()) {
    return head.empty() ? std::nullopt
                        : std::optional<std::string>("no record is stored, but the status names " + head);
  }
  std::string before;
  for (std::size_t i = 0; i < records.size(); ++i) {
    const StoredRecord& record = records[i];
    const std::string at = "record " + std::to_string(record.sequence);
    // The number a record is stored under is not hashed; the one in its text is. Quotes in a message are escaped.
    const bool own_number =
        record.text.find("],\"sequence\":" + std::to_string(record.sequence) + ",\"") != std::string::npos;
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
