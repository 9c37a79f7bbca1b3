#include "gatekeeper/gatekeeper.h"

#include <nlohmann/json.hpp>

#include "adapters/objects.h"
#include "base/log.h"
#include "codec/gate_codec.h"
#include "domain/gate/gate_rule.h"
#include "gatekeeper/charges.h"
#include "gatekeeper/progress.h"
#include "json/lookup.h"

namespace pawl::gatekeeper {
namespace {

constexpr const char* kApi = "pawl.dev/v1alpha1";

tl::unexpected<Error> cannot_yet(std::string why) { return fail(ErrorKind::Unavailable, std::move(why)); }

/// Waiting does not help.
bool needs_a_person(ErrorKind kind) {
  return kind == ErrorKind::NotFound || kind == ErrorKind::Invalid || kind == ErrorKind::Malformed ||
         kind == ErrorKind::Denied;
}

/// The questions' order is no secret, but must be the same when the run goes on.
std::uint64_t seed_of(const std::string& key) { return std::stoull(key.substr(0, 16), nullptr, 16); }

}  // namespace

// ---- 2 stands

/// The same content under another name has the same verdict.
Result<bool> Gatekeeper::stands(const Matter& matter) {
  const Instant now = clock_.wall();
  for (const Revision& each : matter.revisions) {
    if (!each.verdict || !still_holds(*each.verdict, matter.binding, now)) continue;
    if (each.name == matter.request.question.candidate.name) return true;
    if (const auto written = publish(matter, *each.verdict); !written) return fail(written.error());
    return true;
  }
  return false;
}

// ---- 3 charge

/// The number of this candidate, with its answer in every ledger. The error's reason is LedgerSpent when one is.
Result<Begun> Gatekeeper::begin(Matter& matter) {
  auto begun = memory_.recall(matter.key);
  if (!begun) return fail(begun.error());
  if (*begun) return **begun;
  const auto ledgers = charged_with_answer(matter.suites, capabilities_of(matter.order.cases));
  if (!ledgers) return fail(ledgers.error());
  Begun out;
  out.number = place_of(matter.suites, *ledgers);
  for (std::size_t i = 0; i < matter.suites.size(); ++i) {
    if (const auto stored = suites_.store_ledger(matter.suites[i], (*ledgers)[i]); !stored) {
      return fail(stored.error());
    }
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
    const auto port = pod->ports.find(request.spec.delivery.port);
    if (port == pod->ports.end()) continue;
    const bool v6 = pod->ip.find(':') != std::string::npos;
    urls.push_back("http://" + (v6 ? "[" + pod->ip + "]" : pod->ip) + ":" + std::to_string(port->second));
  }
  if (urls.empty()) {
    return cannot_yet("no pod of " + digest.substr(0, 12) + " is ready with a container port named " +
                      request.spec.delivery.port);
  }
  return make_target_(urls);
}

Result<domain::GateReport> Gatekeeper::judge(Matter& matter, const Begun& begun, const std::stop_token& stop) {
  const Request& request = matter.request;
  const domain::GateRequest& question = request.question;
  const Revision* stable = matter.by_digest(question.stable_digest);
  const domain::Contamination found =
      gate::scan_edit(matter.cases, bundle_of(matter.candidate().spec),
                      stable == nullptr ? std::vector<BundleFile>{} : bundle_of(stable->spec));
  gate::RunOrder& order = matter.order;
  order.candidate_number = begun.number;
  if (!found.clean()) return gate::unasked_report(gate::contamination_step(found), order);
  const auto candidate_side = target(request, question.candidate.digest);
  if (!candidate_side) return fail(candidate_side.error());
  order.candidate.target = candidate_side->get();
  std::unique_ptr<gate::Target> stable_side;
  if (order.stable) {
    auto made = target(request, question.stable_digest);
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
  const std::size_t planned = order.cases.size() * static_cast<std::size_t>(order.epochs) * (order.stable ? 2 : 1);
  ProgressTeller teller(
      {0, static_cast<std::int64_t>(planned)},
      [&](const domain::GateProgress& progress) { tell_progress(matter, progress); }, clock_);
  const auto note = [&](const gate::Progress& progress) {
    teller.note({static_cast<std::int64_t>(progress.done), static_cast<std::int64_t>(progress.planned)});
  };
  const auto ran = gate::run_gate(order, *graders, note, stop);
  if (!ran) return fail(ran.error());
  log::info("ran", {{"rollout", request.rollout.display()},
                    {"candidate", question.candidate.name},
                    {"asked", std::to_string(ran->asked)},
                    {"read back", std::to_string(ran->read_back)}});
  domain::GateReport report =
      domain::judge_candidate(ran->input, policy_of(request.spec, ran->input.cases, order.epochs));
  report.steps.insert(report.steps.begin(), gate::contamination_step(found));
  return report;
}

/// Best effort: a run does not hang on it.
void Gatekeeper::tell_progress(const Matter& matter, const domain::GateProgress& progress) const {
  const auto written = client_.patch(
      kube::resources::kAgentRevisions, {matter.request.rollout.ns, matter.request.question.candidate.name},
      {{"status", {{"gateProgress", codec::render_gate_progress(progress)}}}},
      {.type = kube::PatchType::Merge, .subresource = "status", .field_manager = "", .force = false});
  if (!written) log::warn("progress not told", {{"why", written.error().message}});
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

Status Gatekeeper::publish(const Matter& matter, domain::RevisionGate verdict) {
  verdict.rollout = matter.request.rollout.name;
  const Revision& candidate = matter.candidate();
  // Null first would be a second write; a merge patch keeps what a shorter verdict does not name, so every field is
  // named.
  Json gate = codec::render_revision_gate(verdict);
  for (const char* field : {"message", "stableDigest", "suitesDigest", "gradersDigest", "evidence", "rollout"}) {
    if (!gate.contains(field)) gate[field] = nullptr;
  }
  const auto written =
      client_.patch(kube::resources::kAgentRevisions, {matter.request.rollout.ns, candidate.name},
                    {{"status", {{"gate", gate}, {"gateProgress", nullptr}}}},
                    {.type = kube::PatchType::Merge, .subresource = "status", .field_manager = "", .force = false});
  if (!written) return fail(written.error().during("writing the verdict into AgentRevision " + candidate.name));
  tell(matter, verdict.verdict == domain::GateVerdict::Fail ? kube::EventType::Warning : kube::EventType::Normal,
       "Gate" + std::string(to_string(verdict.verdict)), verdict.reason + ": " + verdict.message,
       matter.key + format_rfc3339(verdict.decided_at));
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

/// Of the rollout: there may be no revision to tell it of. Equal causes of one question have one event.
void Gatekeeper::tell_cannot_run(const Json& rollout, const Request& request, const Error& why) {
  const Json meta = json::object_at(rollout, "metadata");
  kube::EventInput event;
  event.regarding = {kApi, "AgentRollout", request.rollout, json::text_at(meta, "uid"),
                     json::text_at(meta, "resourceVersion")};
  event.type = kube::EventType::Warning;
  event.reason = "GateCannotRun";
  event.action = "Gate";
  event.note = why.message;
  event.key = request.question.candidate.digest + request.question.policy_digest;
  events_.emit(event);
}

Result<Answered> Gatekeeper::answer(const kube::ObjectKey& rollout, const std::stop_token& stop) {
  const auto object = client_.get(kube::resources::kAgentRollouts, rollout);
  if (!object) {
    if (object.error().kind == ErrorKind::NotFound) return Answered::NotAsked;
    return fail(object.error().during("reading AgentRollout " + rollout.display()));
  }
  const auto request = read_request(rollout, *object);
  if (!request) return fail(request.error().during("AgentRollout " + rollout.display()));
  if (!*request) return Answered::NotAsked;
  auto answered = answer_request(**request, stop);
  if (!answered && needs_a_person(answered.error().kind)) tell_cannot_run(*object, **request, answered.error());
  return answered;
}

Result<Answered> Gatekeeper::answer_request(const Request& request, const std::stop_token& stop) {
  auto matter = read_matter(client_, suites_, options_.judge, request);
  if (!matter) return fail(matter.error());
  const auto standing = stands(*matter);
  if (!standing) return fail(standing.error());
  if (!*standing) return answer_anew(*matter, stop);
  memory_.forget(matter->key);
  return Answered::Stood;
}

/// The verdict does not hang on it: a right that is missing costs the numbers, not the answer.
void Gatekeeper::keep_report(const Matter& matter, const domain::GateReport& report, Instant now) const {
  if (const auto kept = reports_.keep(matter.request.rollout, report, now); !kept) {
    log::warn("the report is not kept", {{"why", kept.error().message}});
  }
}

/// Of the budget everyone is told that it is spent and on what; no answer is, so nothing is charged.
Result<Answered> Gatekeeper::refuse_spent(Matter& matter, const std::string& why) {
  const Instant now = clock_.wall();
  matter.order.candidate_number = next_place(matter.suites);
  const domain::GateReport report =
      gate::unasked_report(domain::ledger_spent_step(accounts_of(matter.suites), why), matter.order);
  keep_report(matter, report, now);
  const domain::RevisionGate verdict{
      report.verdict, report.reason, why, matter.binding, now, now + matter.request.spec.gate.max_age, {}, ""};
  if (const auto written = publish(matter, verdict); !written) return fail(written.error());
  return Answered::Judged;
}

Result<Answered> Gatekeeper::answer_anew(Matter& matter, const std::stop_token& stop) {
  const domain::GateSpec& gate = matter.request.spec.gate;
  const auto begun = begin(matter);
  if (!begun && begun.error().reason == kLedgerSpent) return refuse_spent(matter, begun.error().message);
  if (!begun) return fail(begun.error());

  auto report = judge(matter, *begun, stop);
  if (!report) {
    if (report.error().kind == ErrorKind::Conflict) {
      tell(matter, kube::EventType::Warning, "GateVoid", report.error().message, matter.key);
    }
    return fail(report.error());
  }
  if (report->verdict == domain::GateVerdict::Pass) {
    if (const auto charged = charge_promotion(matter, *begun); !charged) return fail(charged.error());
  }
  report->steps.push_back(domain::ledger_step(accounts_of(matter.suites)));
  domain::RevisionGate verdict =
      coarse_verdict(*report, matter.binding, gate.initial == domain::InitialPolicy::RequireThresholds);
  verdict.decided_at = clock_.wall();
  verdict.expires_at = verdict.decided_at + gate.max_age;
  keep_report(matter, *report, verdict.decided_at);
  if (const auto written = publish(matter, verdict); !written) return fail(written.error());
  memory_.forget(matter.key);
  return Answered::Judged;
}

}  // namespace pawl::gatekeeper
