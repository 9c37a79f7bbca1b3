#include "gatekeeper/gatekeeper.h"

#include <algorithm>
#include <set>

#include <nlohmann/json.hpp>

#include "adapters/objects.h"
#include "base/log.h"
#include "codec/revision_codec.h"
#include "domain/gate/gate_rule.h"

namespace pawl::gatekeeper {
namespace {

constexpr const char* kApi = "pawl.dev/v1alpha1";
constexpr const char* kLedgerSpent = "LedgerSpent";

std::string text_of(const Json& object, const char* key) {
  return object.contains(key) && object[key].is_string() ? object[key].get<std::string>() : "";
}

Json object_at(const Json& object, const char* key) {
  return object.contains(key) && object[key].is_object() ? object[key] : Json::object();
}

tl::unexpected<Error> cannot_yet(std::string why) { return fail(ErrorKind::Unavailable, std::move(why)); }

std::vector<BundleFile> bundle_of(const domain::RevisionSpec& spec) {
  std::vector<BundleFile> files;
  for (const domain::RevisionFile& file : spec.files) files.push_back({file.path, file.content});
  return files;
}

std::size_t capabilities_of(const gate::RunOrder& order) {
  std::set<std::string> names;
  for (const domain::Case& one : order.cases) names.insert(one.capability);
  return names.size();
}

tl::unexpected<Error> ledger_spent(const StoredSuite& suite, const Error& why) {
  Error error = why.during("EvalSuite " + suite.key.name);
  error.reason = kLedgerSpent;
  return fail(std::move(error));
}

/// The questions' order is no secret, but must be the same when the run goes on.
std::uint64_t seed_of(const std::string& key) { return std::stoull(key.substr(0, 16), nullptr, 16); }

domain::LeakBudget budget_of(const StoredSuite& suite) { return suite.spec.budget.value_or(domain::LeakBudget{}); }

/// Of the generation that the owner says the set is in.
domain::Ledger ledger_of(const StoredSuite& suite) {
  domain::Ledger fresh;
  fresh.generation = suite.spec.generation;
  return suite.status.ledger && suite.status.ledger->generation >= suite.spec.generation ? *suite.status.ledger : fresh;
}

}  // namespace

struct Gatekeeper::Revision {
  std::string name;
  std::string uid;
  std::string resource_version;
  domain::RevisionSpec spec;
  std::string digest;  ///< of its files, computed here: nobody's word is taken
  std::optional<Verdict> verdict;
};

/// Everything one verdict is about.
struct Gatekeeper::Matter {
  Request request;
  std::vector<Revision> revisions;  ///< of the agent
  std::vector<StoredSuite> suites;
  gate::RunOrder order;
  std::vector<gate::Suite> cases;
  Binding binding;
  std::string key;  ///< binding_digest

  [[nodiscard]] const Revision* by_name(const std::string& name) const {
    const auto found =
        std::find_if(revisions.begin(), revisions.end(), [&](const Revision& each) { return each.name == name; });
    return found == revisions.end() ? nullptr : &*found;
  }
  [[nodiscard]] const Revision* by_digest(const std::string& digest) const {
    const auto found =
        std::find_if(revisions.begin(), revisions.end(), [&](const Revision& each) { return each.digest == digest; });
    return found == revisions.end() ? nullptr : &*found;
  }
  [[nodiscard]] const Revision& candidate() const { return *by_name(request.candidate); }
};

// ---- 1 read

Result<std::vector<Gatekeeper::Revision>> Gatekeeper::revisions_of(const Request& request) const {
  std::vector<Revision> out;
  kube::ListOptions options;
  options.ns = request.rollout.ns;
  do {
    const auto page = client_.list(kube::resources::kAgentRevisions, options);
    if (!page) return fail(page.error().during("listing AgentRevisions"));
    for (const Json& object : page->items) {
      const auto spec = codec::parse_revision_spec(object_at(object, "spec"));
      if (!spec || spec->agent != request.agent) continue;
      const Json meta = object_at(object, "metadata");
      out.push_back({text_of(meta, "name"), text_of(meta, "uid"), text_of(meta, "resourceVersion"), *spec,
                     bundle_digest(bundle_of(*spec)), read_verdict(object_at(object, "status"))});
    }
    options.continue_token = page->continue_token;
  } while (!options.continue_token.empty());
  return out;
}

Result<Gatekeeper::Matter> Gatekeeper::read(const Request& request) const {
  Matter out;
  out.request = request;
  auto revisions = revisions_of(request);
  if (!revisions) return fail(revisions.error());
  out.revisions = std::move(*revisions);
  const Revision* candidate = out.by_name(request.candidate);
  if (candidate == nullptr || candidate->digest != request.candidate_digest) {
    return cannot_yet("AgentRevision " + request.candidate +
                      " is not there, or its files are not those that were asked about");
  }
  out.order.epochs = 1;
  for (const std::string& name : request.suites) {
    auto suite = suites_.load({request.rollout.ns, name});
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
  auto graders = gate::CaseGraders::make(out.order.cases, options_.judge);
  if (!graders) {
    log::warn("a case cannot be graded", {{"rollout", request.rollout.display()}, {"why", graders.error().message}});
    return fail(ErrorKind::Invalid,
                "a case of the suites has a grader that this gate cannot use; the gate's log says which");
  }
  out.binding = {request.candidate_digest, request.stable_digest, out.order.suites_digest, graders->digest(),
                 request.policy_digest};
  out.key = binding_digest(out.binding);
  return out;
}

// ---- 2 stands

/// The same content under another name has the same verdict.
Result<bool> Gatekeeper::stands(const Matter& matter) {
  const Instant now = clock_.wall();
  for (const Revision& each : matter.revisions) {
    if (!each.verdict || !still_holds(*each.verdict, matter.binding, now)) continue;
    if (each.name == matter.request.candidate) return true;
    if (const auto written = publish(matter, *each.verdict); !written) return fail(written.error());
    return true;
  }
  return false;
}

// ---- 3 charge

/// The number of this candidate, with its answer in every held-out ledger. The error's reason is LedgerSpent when one
/// is.
Result<Begun> Gatekeeper::begin(Matter& matter) {
  auto begun = memory_.recall(matter.key);
  if (!begun) return fail(begun.error());
  if (*begun) return **begun;
  const std::size_t capabilities = capabilities_of(matter.order);
  std::vector<domain::Ledger> charged;
  for (const StoredSuite& suite : matter.suites) {
    auto ledger = ledger_of(suite);
    if (suite.held_out()) {
      const auto answer = domain::charge_answer(ledger, budget_of(suite), capabilities);
      if (!answer) return ledger_spent(suite, answer.error());
      // A pass must be affordable before anybody learns that there would be one.
      if (const auto promotion = domain::charge_promotion(*answer, budget_of(suite)); !promotion) {
        return ledger_spent(suite, promotion.error());
      }
      ledger = *answer;
    }
    charged.push_back(ledger);
  }
  Begun out;
  for (std::size_t i = 0; i < matter.suites.size(); ++i) {
    if (!matter.suites[i].held_out()) continue;
    if (const auto stored = suites_.store_ledger(matter.suites[i], charged[i]); !stored) return fail(stored.error());
    out.number = std::max(out.number, static_cast<int>(charged[i].answers));
  }
  if (const auto noted = memory_.note(matter.key, out); !noted) return fail(noted.error());
  return out;
}

// ---- 4 to 6

/// Every ready pod of this rollout that runs the digest: no Service and no route stands between, so nobody else is
/// reached.
Result<std::unique_ptr<gate::Target>> Gatekeeper::target(const Request& request, const std::string& digest) const {
  kube::ListOptions options;
  options.ns = request.rollout.ns;
  options.label_selector = std::string(adapters::kRolloutLabel) + "=" + request.rollout.name + "," +
                           adapters::kRevisionLabel + "=" + digest_label(digest);
  options.limit = 0;
  const auto pods = client_.list(kube::resources::kPods, options);
  if (!pods) return fail(pods.error().during("listing pods"));
  std::vector<std::string> urls;
  for (const Json& object : pods->items) {
    const auto pod = adapters::decode_pod(object);
    if (!pod || !pod->ready || pod->ip.empty()) continue;
    const auto port = pod->ports.find(request.port);
    if (port == pod->ports.end()) continue;
    const bool v6 = pod->ip.find(':') != std::string::npos;
    urls.push_back("http://" + (v6 ? "[" + pod->ip + "]" : pod->ip) + ":" + std::to_string(port->second));
  }
  if (urls.empty()) {
    return cannot_yet("no pod of " + digest.substr(0, 12) + " is ready with a container port named " + request.port);
  }
  return make_target_(urls);
}

Result<domain::GateReport> Gatekeeper::judge(Matter& matter, const Begun& begun, const std::stop_token& stop) {
  const Request& request = matter.request;
  const Revision* stable = matter.by_digest(request.stable_digest);
  const domain::Contamination found =
      gate::scan_edit(matter.cases, bundle_of(matter.candidate().spec),
                      stable == nullptr ? std::vector<BundleFile>{} : bundle_of(stable->spec));
  gate::RunOrder& order = matter.order;
  order.candidate = {nullptr, request.candidate, request.candidate_digest};
  order.candidate_number = begun.number;
  if (!request.stable_digest.empty()) {
    order.stable = gate::SideOrder{nullptr, stable == nullptr ? "stable" : stable->name, request.stable_digest};
  }
  if (!found.clean()) return gate::contaminated_report(found, order);
  const auto candidate_side = target(request, request.candidate_digest);
  if (!candidate_side) return fail(candidate_side.error());
  order.candidate.target = candidate_side->get();
  std::unique_ptr<gate::Target> stable_side;
  if (order.stable) {
    auto made = target(request, request.stable_digest);
    if (!made) return fail(made.error());
    stable_side = std::move(*made);
    order.stable->target = stable_side.get();
  }
  order.claimed = matter.candidate().spec.claim_improves;
  order.seed = seed_of(matter.key);
  order.concurrency = options_.concurrency;
  order.retries = options_.retries;
  order.retry_wait = options_.retry_wait;
  order.journal = memory_.journal_path(matter.key);
  const auto graders = gate::CaseGraders::make(order.cases, options_.judge);
  if (!graders) return fail(graders.error());
  const auto ran = gate::run_gate(order, *graders, {}, stop);
  if (!ran) return fail(ran.error());
  log::info("ran", {{"rollout", request.rollout.display()},
                    {"candidate", request.candidate},
                    {"asked", std::to_string(ran->asked)},
                    {"read back", std::to_string(ran->read_back)}});
  domain::GatePolicy policy = request.policy;
  policy.epochs = order.epochs;
  return domain::judge_candidate(ran->input, policy);
}

/// Noted before it is charged: who is killed between charges once more at most, and the ledger errs on the safe side.
/// That the budget allows it was seen before the run, and nobody else charges.
Status Gatekeeper::charge_promotion(Matter& matter, const Begun& begun) {
  const bool again = begun.passed;
  if (!again) {
    if (const auto noted = memory_.note(matter.key, {begun.number, true}); !noted) return fail(noted.error());
  }
  for (StoredSuite& suite : matter.suites) {
    if (!suite.held_out()) continue;
    const auto charged = domain::charge_promotion(ledger_of(suite), budget_of(suite));
    if (!charged && again) continue;  // it is in the ledger already: nothing else could have spent the last one
    if (!charged) return fail(charged.error());
    if (const auto stored = suites_.store_ledger(suite, *charged); !stored) return fail(stored.error());
  }
  return {};
}

// ---- 7 answer

Status Gatekeeper::publish(const Matter& matter, Verdict verdict) {
  verdict.rollout = matter.request.rollout.name;
  const Revision& candidate = matter.candidate();
  // Null first would be a second write; a merge patch keeps what a shorter verdict does not name, so every field is
  // named.
  Json gate = render_verdict(verdict);
  for (const char* field : {"message", "stableDigest", "suitesDigest", "gradersDigest", "rollout"}) {
    if (!gate.contains(field)) gate[field] = nullptr;
  }
  const auto written = client_.patch(
      kube::resources::kAgentRevisions, {matter.request.rollout.ns, candidate.name}, {{"status", {{"gate", gate}}}},
      {.type = kube::PatchType::Merge, .subresource = "status", .field_manager = "", .force = false});
  if (!written) return fail(written.error().during("writing the verdict into AgentRevision " + candidate.name));
  tell(matter, verdict.verdict == "Fail" ? kube::EventType::Warning : kube::EventType::Normal, "Gate" + verdict.verdict,
       verdict.reason + ": " + verdict.message, matter.key + format_rfc3339(verdict.decided_at));
  return {};
}

void Gatekeeper::tell(const Matter& matter, kube::EventType type, const std::string& reason, const std::string& note,
                      const std::string& key) {
  const Revision& candidate = matter.candidate();
  kube::EventInput event;
  event.regarding = {
      kApi, "AgentRevision", {matter.request.rollout.ns, candidate.name}, candidate.uid, candidate.resource_version};
  event.type = type;
  event.reason = reason;
  event.action = "Gate";
  event.note = note;
  event.key = key;
  events_.emit(event);
}

Result<Answered> Gatekeeper::answer(const kube::ObjectKey& rollout, const std::stop_token& stop) {
  const auto object = client_.get(kube::resources::kAgentRollouts, rollout);
  if (!object) {
    if (object.error().kind == ErrorKind::NotFound) return Answered::NotAsked;
    return fail(object.error().during("reading AgentRollout " + rollout.display()));
  }
  const auto request = read_request(*object);
  if (!request) return fail(request.error().during("AgentRollout " + rollout.display()));
  if (!*request || (*request)->suites.empty()) return Answered::NotAsked;
  auto matter = read(**request);
  if (!matter) return fail(matter.error());

  const auto standing = stands(*matter);
  if (!standing) return fail(standing.error());
  if (*standing) {
    memory_.forget(matter->key);
    return Answered::Stood;
  }

  const Instant now = clock_.wall();
  const auto begun = begin(*matter);
  if (!begun && begun.error().reason == kLedgerSpent) {
    Verdict spent{
        "Insufficient", kLedgerSpent, begun.error().message, matter->binding, now, now + (*request)->max_age, {}, ""};
    if (const auto written = publish(*matter, spent); !written) return fail(written.error());
    return Answered::Judged;
  }
  if (!begun) return fail(begun.error());

  const auto report = judge(*matter, *begun, stop);
  if (!report) {
    if (report.error().kind == ErrorKind::Conflict) {
      tell(*matter, kube::EventType::Warning, "GateVoid", report.error().message, matter->key);
    }
    return fail(report.error());
  }
  if (report->verdict == domain::GateVerdict::Pass) {
    if (const auto charged = charge_promotion(*matter, *begun); !charged) return fail(charged.error());
  }
  Verdict verdict =
      coarse_verdict(*report, matter->binding, (*request)->policy.initial == domain::InitialPolicy::RequireThresholds);
  verdict.decided_at = clock_.wall();
  verdict.expires_at = verdict.decided_at + (*request)->max_age;
  if (const auto written = publish(*matter, verdict); !written) return fail(written.error());
  memory_.forget(matter->key);
  return Answered::Judged;
}

}  // namespace pawl::gatekeeper
