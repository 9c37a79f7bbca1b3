#include "gatekeeper/suite_checks.h"

#include <algorithm>

#include "gate/case_graders.h"
#include "suite/case_codec.h"

namespace pawl::gatekeeper {

tl::unexpected<Error> not_ready(std::string reason, std::string message) {
  Error error;
  error.kind = ErrorKind::Invalid;
  error.reason = std::move(reason);
  error.message = std::move(message);
  return fail(std::move(error));
}

std::vector<std::string> content_digests(const std::vector<domain::Case>& cases) {
  std::vector<std::string> out;
  out.reserve(cases.size());
  for (const domain::Case& one : cases) out.push_back(suite::content_digest(one));
  return out;
}

Status check_graders(const domain::SuiteSpec& spec, const std::vector<domain::Case>& cases) {
  for (const domain::SuiteGrader& pinned : spec.graders) {
    if (pinned.version != gate::kGradersVersion) {
      return not_ready("GraderVersion", "spec.graders: " + pinned.name + " is pinned to version " + pinned.version +
                                            ", and this gate has " + gate::kGradersVersion +
                                            "; change the pin, or the gate");
    }
  }
  if (spec.graders.empty()) return {};
  for (const domain::Case& one : cases) {
    for (const domain::Expectation& expectation : one.expect) {
      const bool allowed =
          std::any_of(spec.graders.begin(), spec.graders.end(),
                      [&](const domain::SuiteGrader& pinned) { return pinned.name == expectation.grader; });
      if (!allowed) {
        return not_ready("GraderNotListed",
                         "a case uses the grader " + expectation.grader + ", which spec.graders does not list; add it");
      }
    }
  }
  return {};
}

Status check_refresh(const StoredSuite& suite, const std::vector<domain::Case>& cases) {
  if (!suite.held_out() || !suite.status.ledger || suite.status.ledger->generation >= suite.spec.generation) return {};
  const auto rotated = domain::rotate(*suite.status.ledger, suite.spec.generation, content_digests(cases));
  if (!rotated) {
    return not_ready("RefreshTooSmall",
                     "spec.generation was raised, but " + rotated.error().message + "; replace more of them");
  }
  return {};
}

Result<suite::Regression> settle_cases(const StoredSuite& stored, std::vector<domain::Case> cases,
                                       const std::string& waiver_lines) {
  suite::Regression plain;
  if (stored.spec.tier != domain::SuiteTier::Regression) {
    if (const std::size_t frozen = stored.status.known_cases.size(); frozen > 0) {
      return not_ready("TierChanged", "spec.tier: a suite of this name had the tier Regression, and " +
                                          std::to_string(frozen) +
                                          " frozen cases; give it that tier again, or give this one another name");
    }
    plain.cases = std::move(cases);
    return plain;
  }
  suite::WaiverFile waivers = suite::read_waivers(waiver_lines);
  if (!waivers.faults.empty()) {
    return not_ready("WaiversFaulty", std::string(kWaiversKey) + ": " + suite::describe(waivers.faults.front()));
  }
  return suite::settle({std::move(cases), std::move(waivers.waivers), stored.status.known_cases});
}

}  // namespace pawl::gatekeeper
