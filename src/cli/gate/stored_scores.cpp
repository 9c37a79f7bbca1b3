#include "cli/gate/stored_scores.h"

#include <ostream>

#include <nlohmann/json.hpp>

#include "cli/gate/gate_commands.h"
#include "cli/goal.h"
#include "cli/text.h"
#include "kube/base64.h"
#include "report/stored_report.h"

namespace pawl::cli {
namespace {

const kube::Resource kSecrets{"", "v1", "secrets"};

Result<std::string> candidate_digest(const kube::Client& client, const RolloutName& which,
                                     const std::string& revision) {
  if (!revision.empty()) {
    const auto status = read_revision_status(client, which, revision);
    if (!status) return fail(status.error());
    if (status->digest.empty()) {
      return fail(ErrorKind::Invalid, "AgentRevision " + revision + " has no digest in its status yet");
    }
    return status->digest;
  }
  const auto picture = read_rollout(client, which, Instant{});
  if (!picture) return fail(picture.error());
  if (!picture->status.gate || picture->status.gate->candidate.digest.empty()) {
    return fail(ErrorKind::Invalid, "the gate was asked about no edit of " + which.name + " yet");
  }
  return picture->status.gate->candidate.digest;
}

}  // namespace

Result<std::string> read_stored_report(const kube::Client& client, const RolloutName& which,
                                       const StoredScoresOrder& order) {
  const auto digest = candidate_digest(client, which, order.revision);
  if (!digest) return fail(digest.error());
  const std::string name = report::stored_report_name(which.ns, which.name, *digest);
  const auto secret = client.get(kSecrets, {order.gate_ns, name});
  if (!secret) {
    const std::string where = "reading Secret " + order.gate_ns + "/" + name;
    if (secret.error().kind == ErrorKind::NotFound) {
      return fail(ErrorKind::NotFound, where + ": the gate keeps no report of " + digest->substr(0, 12) +
                                           ", has no verdict yet, or another --gate-namespace");
    }
    return fail(secret.error().during(where));
  }
  const nlohmann::json data = secret->value("data", nlohmann::json::object());
  const auto text = kube::base64_decode(data.is_object() ? data.value(report::kReportKey, "") : "");
  if (!text || text->empty()) return fail(ErrorKind::Malformed, "Secret " + name + " holds no report");
  return *text;
}

int run_stored_scores(const Session& s, const RolloutName& which, const StoredScoresOrder& order) {
  const auto text = read_stored_report(s.client, which, order);
  if (!text) {
    const bool denied = text.error().kind == ErrorKind::Denied;
    s.err << "pawl: " << printable(text.error().message)
          << (denied ? "; whoever reads reports needs get on Secrets of the gate's namespace" : "") << "\n";
    return kFailed;
  }
  return show_scores({s.out, s.err, s.json, false}, "the gate's report", *text);
}

}  // namespace pawl::cli
