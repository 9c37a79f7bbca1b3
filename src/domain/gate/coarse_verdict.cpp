#include "domain/gate/coarse_verdict.h"

#include "domain/gate/coarse_words.h"

namespace pawl::domain {
namespace {

constexpr std::size_t kCapabilitiesMax = 64;

}  // namespace

RevisionGate coarse_verdict(const GateReport& report, const GateBinding& binding, bool baseline_needed) {
  const CoarseWord& word = coarse_word(report.reason);
  RevisionGate out;
  out.verdict = report.verdict == GateVerdict::Pass && report.no_baseline && !baseline_needed ? GateVerdict::NoBaseline
                                                                                              : report.verdict;
  out.reason = word.word;
  out.message = word.message;
  out.binding = binding;
  const bool thresholds_met = out.verdict == GateVerdict::Pass && report.no_baseline;
  for (const SkillRow& row : report.scoreboard) {
    if (out.evidence.size() < kCapabilitiesMax) {
      out.evidence.push_back(
          {row.capability, thresholds_met ? SkillState::Held : coarse_state(row.state, report.verdict)});
    }
  }
  return out;
}

bool still_holds(const RevisionGate& verdict, const GateBinding& binding, Instant now) {
  return verdict.binding == binding && (verdict.verdict == GateVerdict::Fail || now < verdict.expires_at);
}

}  // namespace pawl::domain
