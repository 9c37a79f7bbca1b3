#include "gatekeeper/verdict.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "base/sha256.h"
#include "json/clip.h"
#include "json/cursor.h"

namespace pawl::gatekeeper {
namespace {

using domain::GateReport;
using domain::GateVerdict;
using domain::SkillState;
using json::Cursor;

constexpr std::size_t kMessageMax = 1024;
constexpr std::size_t kCapabilitiesMax = 64;
constexpr json::Length kDigest{0, 64};

struct Word {
  const char* reason;  ///< of the report
  const char* word;
  const char* message;
};
/// Many reasons of the rule, eight words outside.
constexpr Word kWords[] = {
    {"Passed", "Passed", "no capability lost, and the claim is proven"},
    {"NoBaseline", "Passed", "there was nothing to compare with; what needs no baseline was judged"},
    {"SkillLost", "SkillLost", "a capability was lost; the evidence says which"},
    {"MeanUpSkillDown", "SkillLost", "a capability was lost; the evidence says which"},
    {"FrozenCaseFails", "FrozenCaseFails",
     "a frozen failure of production is back; run the regression suite, which is public"},
    {"NoImprovement", "NoImprovement", "what the edit claims to improve did not rise; a tie is no improvement"},
    {"Contaminated", "Contaminated",
     "the edit repeats held-out text; take it out, for who knows the test cannot be judged by it"},
    {"TooExpensive", "TooExpensive", "cost or latency is above what the policy allows"},
    {"NotMeasured", "TooExpensive", "cost or latency was not measured, and the policy bounds it"},
    {"NotProvenNoWorse", "NotProven",
     "not proven to be no worse, or not proven to be better; the suites may be too small"},
    {"ImprovementNotProven", "NotProven",
     "not proven to be no worse, or not proven to be better; the suites may be too small"},
    {"BudgetNeedsMore", "NotProven",
     "not proven to be no worse, or not proven to be better; the suites may be too small"},
};
constexpr Word kOther{"", "Incomplete",
                      "answers are missing or cannot be compared, so nobody is blamed; the gate's own log says why"};

const Word& word_of(const std::string& reason) {
  const auto* found =
      std::find_if(std::begin(kWords), std::end(kWords), [&](const Word& word) { return reason == word.reason; });
  return found == std::end(kWords) ? kOther : *found;
}

std::string bit(const domain::SkillRow& row, GateVerdict verdict) {
  if (verdict == GateVerdict::Fail) return row.state == SkillState::Lost ? "Lost" : "Held";
  return row.state == SkillState::Held || row.state == SkillState::Gained ? "Held" : "Insufficient";
}

std::string name_of(const GateReport& report, bool baseline_needed) {
  switch (report.verdict) {
    case GateVerdict::Pass:
      return report.no_baseline && !baseline_needed ? "NoBaseline" : "Pass";
    case GateVerdict::Fail:
      return "Fail";
    case GateVerdict::Insufficient:
      return "Insufficient";
  }
  return "Insufficient";
}

void put(Json& json, const char* key, const std::string& text) {
  if (!text.empty()) json[key] = text;
}

}  // namespace

std::string binding_digest(const Binding& binding) {
  return sha256_hex("binding 1\n" + binding.candidate + "\n" + binding.stable + "\n" + binding.suites + "\n" +
                    binding.graders + "\n" + binding.policy + "\n");
}

Verdict coarse_verdict(const GateReport& report, const Binding& binding, bool baseline_needed) {
  const Word& word = word_of(report.reason);
  Verdict out{name_of(report, baseline_needed), word.word, word.message, binding, {}, {}, {}, ""};
  for (const domain::SkillRow& row : report.scoreboard) {
    if (out.evidence.size() < kCapabilitiesMax) out.evidence.push_back({row.capability, bit(row, report.verdict)});
  }
  return out;
}

Json render_verdict(const Verdict& verdict) {
  Json out{{"verdict", verdict.verdict},
           {"reason", verdict.reason},
           {"candidateDigest", verdict.binding.candidate},
           {"policyDigest", verdict.binding.policy},
           {"decidedAt", format_rfc3339(verdict.decided_at)},
           {"expiresAt", format_rfc3339(verdict.expires_at)},
           {"evidence", Json::array()}};
  put(out, "message", json::clip(verdict.message, kMessageMax));
  put(out, "stableDigest", verdict.binding.stable);
  put(out, "suitesDigest", verdict.binding.suites);
  put(out, "gradersDigest", verdict.binding.graders);
  put(out, "rollout", verdict.rollout);
  for (const CapabilityBit& each : verdict.evidence) {
    out["evidence"].push_back({{"capability", each.capability}, {"state", each.state}});
  }
  return out;
}

std::optional<Verdict> read_verdict(const Json& revision_status) {
  json::Reading reading;
  const auto at = Cursor(revision_status, "status", reading).optional_object("gate");
  if (!at) return std::nullopt;
  const auto digest = [&](std::string_view key) { return at->optional_string(key, kDigest).value_or(""); };
  Verdict out;
  out.verdict = at->required_string("verdict");
  out.reason = at->required_string("reason");
  out.message = at->optional_string("message", {0, kMessageMax}).value_or("");
  out.binding = {at->required_string("candidateDigest", kDigest), digest("stableDigest"), digest("suitesDigest"),
                 digest("gradersDigest"), at->required_string("policyDigest", kDigest)};
  out.decided_at = at->required_time("decidedAt");
  out.expires_at = at->required_time("expiresAt");
  for (const Cursor& each : at->objects("evidence", kCapabilitiesMax)) {
    out.evidence.push_back({each.required_string("capability"), each.required_string("state")});
  }
  out.rollout = at->optional_string("rollout").value_or("");
  if (!reading.ok()) return std::nullopt;
  return out;
}

bool still_holds(const Verdict& verdict, const Binding& binding, Instant now) {
  return verdict.binding == binding && (verdict.verdict == "Fail" || now < verdict.expires_at);
}

}  // namespace pawl::gatekeeper
