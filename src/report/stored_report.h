// The gate's whole report as it is kept in the cluster: a Secret in the gate's namespace, where the held-out cases are
// kept too. Named so that whoever knows rollout and candidate finds it. Pure.
#pragma once

#include <cstddef>
#include <string>

#include "domain/gate/gate_report.h"

namespace pawl::report {

/// On each Secret with a report; its value is the candidate's digest, as far as a label holds it.
inline constexpr const char* kReportLabel = "pawl.dev/report";
/// The Secret's key.
inline constexpr const char* kReportKey = "report.json";
/// A Secret holds a mebibyte, with its names.
inline constexpr std::size_t kReportBytes = std::size_t{900} << 10U;

/// "pawl-report-" and 16 hex digits. A later judgement of the same candidate in the same rollout replaces the report.
std::string stored_report_name(const std::string& ns, const std::string& rollout, const std::string& candidate_digest);

struct StoredReport {
  std::string text;                ///< gate_json for Audience::Gate
  std::size_t cases_left_out = 0;  ///< so that it fits; first those that both sides pass or both fail
};
StoredReport stored_report(const domain::GateReport& report, std::size_t bytes = kReportBytes);

}  // namespace pawl::report
