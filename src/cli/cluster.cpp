#include "cli/cluster.h"

#include <nlohmann/json.hpp>

#include "codec/gate_codec.h"
#include "codec/revision_codec.h"
#include "codec/rollout_codec.h"
#include "codec/status_codec.h"

namespace pawl::cli {
namespace {

namespace res = kube::resources;
using kube::Json;

/// A spec or status that is not there reads as null.
Json part(const Json& object, const char* name) { return object.is_object() ? object.value(name, Json()) : Json(); }

void add_edit(const kube::Client& client, Picture& picture) {
  const std::string name = revision_in_question(picture.status);
  if (name.empty()) return;
  auto revision = read_revision(client, picture.ns, name);
  if (!revision) {
    picture.not_read.push_back(explain(revision.error()));
    return;
  }
  std::optional<domain::RevisionSpec> parent_spec;
  if (revision->spec.parent) {
    auto parent = read_revision(client, picture.ns, *revision->spec.parent);
    if (parent) parent_spec = std::move(parent->spec);
    else if (parent.error().kind != ErrorKind::NotFound) picture.not_read.push_back(explain(parent.error()));
  }
  picture.edit = describe_edit(name, std::move(revision->spec), revision->created, parent_spec);
}

/// How far the gate is with what it is asked; what cannot be read of it is no news.
void add_gate_progress(const kube::Client& client, Picture& picture) {
  const auto& gate = picture.status.gate;
  if (!gate || gate->state != domain::GateState::Waiting) return;
  const auto object = client.get(res::kAgentRevisions, {picture.ns, gate->candidate.name});
  if (object) picture.gate_progress = codec::parse_gate_progress(part(*object, "status"));
}

/// Only the record whose text has the hash of the status speaks for the decision.
void add_record(const kube::Client& client, Picture& picture) {
  const auto& decision = picture.status.last_decision;
  if (!decision || decision->record_sha256.empty()) return;
  const auto found = read_records(client, {picture.ns, picture.name}, decision->record);
  if (!found) {
    picture.not_read.push_back(explain(found.error()));
    return;
  }
  for (const FoundRecord& record : *found) {
    if (domain::record_sha256(record.text) != decision->record_sha256) continue;
    if (auto read = read_record(record.text)) picture.record = std::move(*read);
    return;
  }
  picture.not_read.push_back("record " + decision->record + " is missing or was changed; run pawl provenance verify");
}

std::string label_selector(const RolloutName& which, const std::string& number) {
  return "pawl.dev/rollout=" + which.name + "," +
         (number.empty() ? std::string("pawl.dev/record") : "pawl.dev/record=" + number);
}

std::string remedy(const Error& error) {
  switch (error.kind) {
    case ErrorKind::NotFound:
      return "check the name and -n NAMESPACE; `kubectl get aroll -A` lists all rollouts";
    case ErrorKind::NotServed:
      return "the server does not know pawl's kinds; install the CRDs: kubectl apply -f crds/";
    case ErrorKind::Denied:
      return "your user may not do this; ask for get and list on agentrollouts, agentrevisions and configmaps, or choose another --kubeconfig or --context";
    case ErrorKind::Unavailable:
    case ErrorKind::Unknown:
    case ErrorKind::RateLimited:
      return "the API server does not answer; check that it runs, and the server address in your kubeconfig";
    case ErrorKind::Invalid:
      return "check the names given, and the kubeconfig";
    case ErrorKind::Malformed:
      return "the answer is none of a Kubernetes API server; check the server address in your kubeconfig";
    case ErrorKind::Exists:
    case ErrorKind::Conflict:
    case ErrorKind::Gone:
    case ErrorKind::Cancelled:
      break;
  }
  return "try again";
}

}  // namespace

Result<Picture> read_rollout(const kube::Client& client, const RolloutName& which, Instant now) {
  const auto object = client.get(res::kAgentRollouts, {which.ns, which.name});
  if (!object) return fail(object.error().during("reading AgentRollout " + which.ns + "/" + which.name));
  Picture picture;
  picture.ns = which.ns;
  picture.name = which.name;
  picture.now = now;
  const Json meta = part(*object, "metadata");
  picture.deleting = meta.contains("deletionTimestamp");
  picture.generation = meta.value("generation", std::int64_t{0});
  json::Reading reading;
  const Json spec = part(*object, "spec");
  picture.spec = codec::read_rollout_spec(json::Cursor(spec, "spec", reading));
  if (!reading.ok()) picture.not_read.push_back("the spec has faults: " + json::describe(reading.faults()));
  std::vector<json::Fault> faults;
  picture.status = codec::parse_rollout_status(part(*object, "status"), &faults);
  if (!faults.empty()) picture.not_read.push_back("parts of the status cannot be read: " + json::describe(faults));
  return picture;
}

Result<Picture> read_picture(const kube::Client& client, const RolloutName& which, Instant now) {
  auto picture = read_rollout(client, which, now);
  if (!picture) return picture;
  add_edit(client, *picture);
  add_gate_progress(client, *picture);
  add_record(client, *picture);
  return picture;
}

Result<std::vector<FoundRecord>> read_records(const kube::Client& client, const RolloutName& which,
                                              const std::string& number) {
  kube::ListOptions options;
  options.ns = which.ns;
  options.label_selector = label_selector(which, number);
  std::vector<FoundRecord> found;
  do {
    const auto page = client.list(res::kConfigMaps, options);
    if (!page) return fail(page.error().during("listing the decision records of " + which.name));
    for (const Json& item : page->items) found.push_back(found_record(item));
    options.continue_token = page->continue_token;
  } while (!options.continue_token.empty());
  return found;
}

Result<FoundRevision> read_revision(const kube::Client& client, const std::string& ns, const std::string& name) {
  const auto object = client.get(res::kAgentRevisions, {ns, name});
  if (!object) return fail(object.error().during("reading AgentRevision " + name));
  auto spec = codec::parse_revision_spec(part(*object, "spec"));
  if (!spec) return fail(spec.error().during("reading AgentRevision " + name));
  const Json created = part(part(*object, "metadata"), "creationTimestamp");
  return FoundRevision{std::move(*spec),
                       created.is_string() ? parse_rfc3339(created.get<std::string>()) : std::nullopt};
}

Result<domain::RevisionStatus> read_revision_status(const kube::Client& client, const RolloutName& which,
                                                    const std::string& revision) {
  const auto object = client.get(res::kAgentRevisions, {which.ns, revision});
  if (!object) return fail(object.error().during("reading AgentRevision " + revision));
  return codec::parse_revision_status(part(*object, "status"));
}

std::string explain(const Error& error) { return error.message + "; " + remedy(error); }

}  // namespace pawl::cli
