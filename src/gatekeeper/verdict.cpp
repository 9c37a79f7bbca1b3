#include "gatekeeper/verdict.h"

#include <algorithm>

#include "base/sha256.h"

namespace pawl::gatekeeper {
namespace {

using domain::GateReport;
using domain::GateVerdict;
using domain::SkillState;

constexpr std::size_t kCapabilitiesMax = 64;

struct Word {
  const char* reason;  ///< of the report
  const char* word;
  const char* message;
};
/// Many reasons of the rule, few words outside: at most sixteen, which is what the ledger charges.
constexpr Word kWords[] = {
    {"Passed", "Passed", "no capability lost, and the claim is proven"},
    {"NoBaseline", "Passed", "there was nothing to compare with; what needs no baseline was judged"},
    {"SkillLost", "SkillLost", "a capability was lost; the evidence says which"},
    {domain::kMeanUpSkillDown, domain::kMeanUpSkillDown,
     "the mean over all cases rose while a capability was lost; the evidence says which"},
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
    {"NoBaselineBelowThreshold", "BelowThreshold",
     "a capability does not reach the threshold that spec.gate asks of a first revision"},
    {"NoBaselineNotProven", "NotProven",
     "a capability is not proven to reach its threshold, or has none in spec.gate; the suites may be too small"},
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

SkillState bit(const domain::SkillRow& row, GateVerdict verdict) {
  if (verdict == GateVerdict::Fail) return row.state == SkillState::Lost ? SkillState::Lost : SkillState::Held;
  return row.state == SkillState::Held || row.state == SkillState::Gained ? SkillState::Held : SkillState::Insufficient;
}

}  // namespace

std::string binding_digest(const domain::GateBinding& binding) {
  return sha256_hex("binding 1\n" + binding.candidate + "\n" + binding.stable + "\n" + binding.suites + "\n" +
                    binding.graders + "\n" + binding.policy + "\n");
}

domain::RevisionGate coarse_verdict(const GateReport& report, const domain::GateBinding& binding,
                                    bool baseline_needed) {
  const Word& word = word_of(report.reason);
  domain::RevisionGate out;
  out.verdict = report.verdict == GateVerdict::Pass && report.no_baseline && !baseline_needed ? GateVerdict::NoBaseline
                                                                                              : report.verdict;
  out.reason = word.word;
  out.message = word.message;
  out.binding = binding;
  const bool thresholds_met = out.verdict == GateVerdict::Pass && report.no_baseline;
  for (const domain::SkillRow& row : report.scoreboard) {
    if (out.evidence.size() < kCapabilitiesMax) {
      out.evidence.push_back({row.capability, thresholds_met ? SkillState::Held : bit(row, report.verdict)});
    }
  }
  return out;
}

bool still_holds(const domain::RevisionGate& verdict, const domain::GateBinding& binding, Instant now) {
  return verdict.binding == binding && (verdict.verdict == GateVerdict::Fail || now < verdict.expires_at);
}

}  // namespace pawl::gatekeeper
