#include "gatekeeper/matter.h"

#include <nlohmann/json.hpp>

#include "base/log.h"
#include "codec/gate_codec.h"
#include "codec/revision_codec.h"
#include "gatekeeper/verdict.h"
#include "json/lookup.h"

namespace pawl::gatekeeper {
namespace {

Result<std::vector<Revision>> revisions_of(const kube::Client& client, const Request& request) {
  std::vector<Revision> out;
  kube::ListOptions options;
  options.ns = request.rollout.ns;
  do {
    const auto page = client.list(kube::resources::kAgentRevisions, options);
    if (!page) return fail(page.error().during("listing AgentRevisions"));
    for (const Json& object : page->items) {
      const auto spec = codec::parse_revision_spec(json::object_at(object, "spec"));
      if (!spec || spec->agent != request.spec.agent) continue;
      const Json meta = json::object_at(object, "metadata");
      out.push_back({json::text_at(meta, "name"), json::text_at(meta, "uid"), json::text_at(meta, "resourceVersion"),
                     *spec, bundle_digest(bundle_of(*spec)),
                     codec::parse_revision_gate(json::object_at(object, "status"))});
    }
    options.continue_token = page->continue_token;
  } while (!options.continue_token.empty());
  return out;
}

}  // namespace

Result<Matter> read_matter(const kube::Client& client, const SuiteStore& suites,
                           const std::optional<gate::Judge>& judge, const Request& request) {
  Matter out;
  out.request = request;
  auto revisions = revisions_of(client, request);
  if (!revisions) return fail(revisions.error());
  out.revisions = std::move(*revisions);
  const domain::GateRequest& question = request.question;
  const Revision* candidate = out.by_name(question.candidate.name);
  if (candidate == nullptr || candidate->digest != question.candidate.digest) {
    return fail(ErrorKind::Unavailable, "AgentRevision " + question.candidate.name +
                                            " is not there, or its files are not those that were asked about");
  }
  out.order.candidate = {nullptr, question.candidate.name, question.candidate.digest};
  if (!question.stable_digest.empty()) {
    const Revision* stable = out.by_digest(question.stable_digest);
    out.order.stable = gate::SideOrder{nullptr, stable == nullptr ? "stable" : stable->name, question.stable_digest};
  }
  out.order.epochs = 1;
  for (const std::string& name : request.spec.gate.suites) {
    auto suite = suites.load({request.rollout.ns, name});
    if (!suite && suite.error().kind == ErrorKind::NotFound) {
      return fail(ErrorKind::NotFound, "EvalSuite " + request.rollout.ns + "/" + name +
                                           " is not there; create it, or take it out of spec.gate.suites");
    }
    if (!suite) return fail(suite.error());
    out.order.epochs = std::max(out.order.epochs, suite->spec.epochs);
    out.cases.push_back(std::move(suite->suite));
    out.suites.push_back(std::move(*suite));
  }
  if (const auto added = gate::add_suites(out.cases, out.order); !added) {
    log::warn("suites cannot be run together",
              {{"rollout", request.rollout.display()}, {"why", added.error().message}});
    return fail(ErrorKind::Invalid, "the suites of spec.gate share a case id; give every case its own");
  }
  auto graders = gate::CaseGraders::make(out.order.cases, judge);
  if (!graders) {
    log::warn("a case cannot be graded", {{"rollout", request.rollout.display()}, {"why", graders.error().message}});
    return fail(
        ErrorKind::Invalid,
        "a case of the suites has a grader that this gate cannot use, and its log says which; correct the case, or give the gate what it needs, such as --judge-endpoint");
  }
  out.binding = {question.candidate.digest, question.stable_digest, out.order.suites_digest, graders->digest(),
                 question.policy_digest};
  out.key = binding_digest(out.binding);
  return out;
}

std::vector<BundleFile> bundle_of(const domain::RevisionSpec& spec) {
  std::vector<BundleFile> files;
  for (const domain::RevisionFile& file : spec.files) files.push_back({file.path, file.content});
  return files;
}

}  // namespace pawl::gatekeeper
