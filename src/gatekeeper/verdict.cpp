#include "gatekeeper/verdict.h"

#include "base/sha256.h"
#include "domain/gate/coarse_words.h"

namespace pawl::gatekeeper {
namespace {

using domain::GateReport;
using domain::GateVerdict;
using domain::SkillState;

constexpr std::size_t kCapabilitiesMax = 64;

}  // namespace

std::string binding_digest(const domain::GateBinding& binding) {
  return sha256_hex("binding 1\n" + binding.candidate + "\n" + binding.stable + "\n" + binding.suites + "\n" +
                    binding.graders + "\n" + binding.policy + "\n");
}

domain::RevisionGate coarse_verdict(const GateReport& report, const domain::GateBinding& binding,
                                    bool baseline_needed) {
  const domain::CoarseWord& word = domain::coarse_word(report.reason);
  domain::RevisionGate out;
  out.verdict = report.verdict == GateVerdict::Pass && report.no_baseline && !baseline_needed ? GateVerdict::NoBaseline
                                                                                              : report.verdict;
  out.reason = word.word;
  out.message = word.message;
  out.binding = binding;
  const bool thresholds_met = out.verdict == GateVerdict::Pass && report.no_baseline;
  for (const domain::SkillRow& row : report.scoreboard) {
    if (out.evidence.size() < kCapabilitiesMax) {
      out.evidence.push_back(
          {row.capability, thresholds_met ? SkillState::Held : domain::coarse_state(row.state, report.verdict)});
    }
  }
  return out;
}

bool still_holds(const domain::RevisionGate& verdict, const domain::GateBinding& binding, Instant now) {
  return verdict.binding == binding && (verdict.verdict == GateVerdict::Fail || now < verdict.expires_at);
}

}  // namespace pawl::gatekeeper
