#include "report/stored_report.h"

#include <algorithm>

#include "base/sha256.h"
#include "report/gate_json.h"

namespace pawl::report {
namespace {

constexpr std::size_t kNameDigits = 16;

/// What a person looks for last: cases in which the sides do not differ.
bool tells_little(const domain::CaseRow& row) {
  return row.state == domain::CaseState::BothPassed || row.state == domain::CaseState::Passed ||
         row.state == domain::CaseState::BothFailed;
}

}  // namespace

std::string stored_report_name(const std::string& ns, const std::string& rollout, const std::string& candidate_digest) {
  return "pawl-report-" +
         sha256_hex("report 1\n" + ns + "\n" + rollout + "\n" + candidate_digest + "\n").substr(0, kNameDigits);
}

StoredReport stored_report(const domain::GateReport& report, std::size_t bytes) {
  StoredReport out{gate_json(report, Audience::Gate), 0};
  if (out.text.size() <= bytes) return out;
  domain::GateReport shorter = report;
  std::erase_if(shorter.cases, tells_little);
  out.text = gate_json(shorter, Audience::Gate);
  while (out.text.size() > bytes && !shorter.cases.empty()) {
    shorter.cases.resize(shorter.cases.size() / 2);
    out.text = gate_json(shorter, Audience::Gate);
  }
  out.cases_left_out = report.cases.size() - shorter.cases.size();
  return out;
}

}  // namespace pawl::report
