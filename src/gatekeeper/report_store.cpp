#include "gatekeeper/report_store.h"

#include <algorithm>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "domain/lineage/bundle.h"
#include "gatekeeper/suite_store.h"
#include "report/stored_report.h"

namespace pawl::gatekeeper {
namespace {

using Json = nlohmann::json;

constexpr const char* kJudgedAt = "pawl.dev/judged-at";
constexpr int kPage = 4;  // a report may be large

Json secret_of(const std::string& name, const kube::ObjectKey& rollout, const domain::GateReport& report, Instant now) {
  const report::StoredReport stored = report::stored_report(report);
  Json annotations{{kJudgedAt, format_rfc3339(now)},
                   {"pawl.dev/rollout", rollout.display()},
                   {"pawl.dev/revision", report.candidate_revision},
                   {"pawl.dev/cases-left-out", std::to_string(stored.cases_left_out)}};
  return {{"apiVersion", "v1"},
          {"kind", "Secret"},
          {"metadata",
           {{"name", name},
            {"labels", {{report::kReportLabel, digest_label(report.candidate_digest)}}},
            {"annotations", std::move(annotations)}}},
          {"stringData", {{report::kReportKey, stored.text}}}};
}

}  // namespace

Status ReportStore::keep(const kube::ObjectKey& rollout, const domain::GateReport& report, Instant now) const {
  const std::string name = report::stored_report_name(rollout.ns, rollout.name, report.candidate_digest);
  const Json secret = secret_of(name, rollout, report, now);
  const auto made = client_.create(kSecrets, own_ns_, secret);
  if (made) return remove_oldest();
  if (made.error().kind != ErrorKind::Exists) return fail(made.error().during("keeping the report in Secret " + name));
  const auto replaced =
      client_.patch(kSecrets, {own_ns_, name}, secret,
                    {.type = kube::PatchType::Merge, .subresource = "", .field_manager = "", .force = false});
  if (!replaced) return fail(replaced.error().during("keeping the report in Secret " + name));
  return {};
}

Status ReportStore::remove_oldest() const {
  std::vector<std::pair<std::string, std::string>> kept;  // when, name
  kube::ListOptions options;
  options.ns = own_ns_;
  options.label_selector = report::kReportLabel;
  options.limit = kPage;
  do {
    const auto page = client_.list(kSecrets, options);
    if (!page) return fail(page.error().during("listing reports"));
    for (const Json& object : page->items) {
      const Json meta = object.value("metadata", Json::object());
      kept.emplace_back(meta.value("annotations", Json::object()).value(kJudgedAt, ""), meta.value("name", ""));
    }
    options.continue_token = page->continue_token;
  } while (!options.continue_token.empty());
  std::sort(kept.begin(), kept.end());
  for (std::size_t i = 0; i + kReportsKept < kept.size(); ++i) {
    if (const auto gone = client_.remove(kSecrets, {own_ns_, kept[i].second}); !gone) {
      return fail(gone.error().during("removing the old report " + kept[i].second));
    }
  }
  return {};
}

}  // namespace pawl::gatekeeper
