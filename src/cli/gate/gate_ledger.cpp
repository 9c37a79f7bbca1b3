#include "cli/gate/gate_ledger.h"

#include "domain/gate/coarse_verdict.h"
#include "domain/gate/ledger_step.h"
#include "gate/gate_policy_file.h"
#include "gate/suites.h"

namespace pawl::cli {
namespace {

using domain::GateReport;
using domain::GateVerdict;

/// How long a pass is answered again without asking: as long as one holds in a cluster by default.
constexpr Duration kPassHolds{24 * 3'600'000};

GateReport stood(const gate::LedgerEntry& entry, const gate::RunOrder& run) {
  const domain::RevisionGate& gate = *entry.verdict;
  const std::string message = "answered on " + format_rfc3339(gate.decided_at) + " as candidate " +
                              std::to_string(entry.number) + " already, and nobody was asked again: " + gate.message;
  GateReport out = gate::unasked_report(
      {"ledger",
       gate.verdict == GateVerdict::NoBaseline ? GateVerdict::Pass : gate.verdict,
       gate.reason,
       message,
       {{"candidate", static_cast<double>(entry.number)}, {"bits", static_cast<double>(entry.bits)}},
       {}},
      run);
  out.grader_digest = entry.binding.graders;
  out.candidate_number = entry.number;
  for (const domain::GateEvidence& each : gate.evidence) {
    domain::SkillRow row;
    row.capability = each.capability;
    row.state = each.state;
    row.held_out = true;
    row.withheld = true;
    out.scoreboard.push_back(std::move(row));
  }
  return out;
}

GateReport spent(const gate::LedgerFile& file, const gate::RunOrder& run, const std::string& why) {
  GateReport out = gate::unasked_report(domain::ledger_spent_step({{file.ledger(), file.budget()}}, why), run);
  out.candidate_number = static_cast<int>(file.ledger().answers) + 1;
  return out;
}

Status pin(gate::SideOrder& side, const char* name, const std::stop_token& stop) {
  auto digest = side.target->digest(stop);
  if (!digest) return fail(digest.error().during(std::string("asking ") + name + " which bundle it runs"));
  if (!side.digest.empty() && side.digest != *digest) {
    return fail(ErrorKind::Conflict, std::string("the run is void: ") + name + " runs the bundle " + *digest +
                                         " and should run " + side.digest);
  }
  side.digest = std::move(*digest);
  return {};
}

}  // namespace

Result<GateLedger> GateLedger::open(const GateLedgerOrder& order, gate::RunOrder& run, const std::stop_token& stop) {
  auto file = gate::LedgerFile::open(order.path);
  if (!file) return fail(file.error().during("--ledger"));
  GateLedger out(std::move(*file));
  out.charge_ = gate::charge_of(run);
  if (order.generation) {
    const auto turned = out.file_->turn_to(*order.generation, out.charge_);
    if (!turned) return fail(turned.error().during("--generation"));
  }
  if (const auto done = pin(run.candidate, "candidate", stop); !done) return fail(done.error());
  if (run.stable) {
    if (const auto done = pin(*run.stable, "stable", stop); !done) return fail(done.error());
    if (run.stable->digest == run.candidate.digest) {
      return fail(ErrorKind::Conflict, "the run is void: both addresses run the bundle " + run.candidate.digest +
                                           ", so there is nothing to compare");
    }
  }
  out.binding_ = {run.candidate.digest, run.stable ? run.stable->digest : "", run.suites_digest, order.graders,
                  gate::policy_digest(*order.policy)};
  out.baseline_needed_ = order.policy->initial == domain::InitialPolicy::RequireThresholds;
  return out;
}

std::optional<domain::LeakBudget> GateLedger::budget() const {
  return charge_.held_out ? std::optional(file_->budget()) : std::nullopt;
}

Result<std::optional<GateReport>> GateLedger::begin(gate::RunOrder& run, Instant now) {
  if (const auto entry = file_->standing(binding_, now)) return std::optional(stood(*entry, run));
  const auto number = file_->begin(binding_, charge_);
  if (!number && number.error().kind == ErrorKind::Denied) {
    return std::optional(spent(*file_, run, number.error().message));
  }
  if (!number) return fail(number.error());
  run.candidate_number = *number;
  return std::optional<GateReport>();
}

Status GateLedger::decide(GateReport& report, Instant now) {
  domain::RevisionGate verdict = domain::coarse_verdict(report, binding_, baseline_needed_);
  verdict.decided_at = now;
  verdict.expires_at = now + kPassHolds;
  if (const auto kept = file_->decide(verdict, charge_); !kept) return fail(kept.error());
  report.steps.push_back(domain::ledger_step({{file_->ledger(), budget()}}));
  return {};
}

}  // namespace pawl::cli
