// The gate in the cluster: one request of a rollout, from reading the suites to the verdict in the AgentRevision.
//
//   1 read    rollout, candidate, stable, suites with their cases
//   2 stands  a verdict bound to the same contents stands, and is not made again
//   3 charge  every ledger, before anything can be learnt; a held-out one spent: Insufficient, LedgerSpent
//   4 scan    the edit against the held-out cases; a hit: Fail, Contaminated, and nobody is asked
//   5 run     both sides' pods, with a journal; how far it is stands in AgentRevision.status.gateProgress
//   6 judge   domain::judge_candidate; a pass is charged as a promotion
//   7 answer  the whole report into a Secret, made coarse into AgentRevision.status.gate, then an event
//
// Killed between any two, it ends in the same verdict when it is asked again.
#pragma once

#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "gate/run.h"
#include "gatekeeper/matter.h"
#include "gatekeeper/memory.h"
#include "gatekeeper/report_store.h"
#include "gatekeeper/request.h"
#include "gatekeeper/suite_store.h"
#include "gatekeeper/verdict.h"
#include "kube/client.h"
#include "kube/events.h"

namespace pawl::gatekeeper {

enum class Answered {
  NotAsked,  ///< the rollout does not wait for the gate
  Stood,     ///< the verdict was there already
  Judged,    ///< a new verdict is out
};

struct GatekeeperOptions {
  std::string own_ns;  ///< where the held-out Secrets are
  int concurrency = 8;
  int retries = 5;  ///< of a question that could not be put, see gate::RunOrder
  Duration retry_wait{200};
  std::optional<gate::Judge> judge{};
};

/// Makes a side of its pods' addresses, "http://10.0.0.7:8080".
using MakeTarget = std::function<Result<std::unique_ptr<gate::Target>>(const std::vector<std::string>& urls)>;

/// One request at a time: the ledger is charged by whoever answers. What it is made with must outlive it.
class Gatekeeper {
 public:
  Gatekeeper(const kube::Client& client, kube::EventRecorder& events, const Clock& clock, Memory memory,
             MakeTarget make_target, GatekeeperOptions options)
      : client_(client),
        events_(events),
        clock_(clock),
        memory_(std::move(memory)),
        make_target_(std::move(make_target)),
        options_(std::move(options)),
        suites_(client, options_.own_ns, clock),
        reports_(client, options_.own_ns) {}

  /// An error means that there is no verdict yet, and that it is worth trying again later. One that a person has to
  /// mend is told by an event of the rollout, GateCannotRun, once for each cause.
  Result<Answered> answer(const kube::ObjectKey& rollout, const std::stop_token& stop);

 private:
  Result<bool> stands(const Matter& matter);
  Result<Begun> begin(Matter& matter);
  Result<domain::GateReport> judge(Matter& matter, const Begun& begun, const std::stop_token& stop);
  Result<std::unique_ptr<gate::Target>> target(const Request& request, const std::string& digest) const;
  Status charge_promotion(Matter& matter, const Begun& begun);
  Result<Answered> answer_request(const Request& request, const std::stop_token& stop);
  Result<Answered> refuse_spent(Matter& matter, const std::string& why);
  Result<Answered> answer_anew(Matter& matter, const std::stop_token& stop);
  void tell_progress(const Matter& matter, const domain::GateProgress& progress) const;
  void keep_report(const Matter& matter, const domain::GateReport& report, Instant now) const;
  Status publish(const Matter& matter, domain::RevisionGate verdict);
  void tell_cannot_run(const Json& rollout, const Request& request, const Error& why);
  void tell(const Matter& matter, kube::EventType type, const std::string& reason, const std::string& note,
            const std::string& key);

  const kube::Client& client_;
  kube::EventRecorder& events_;
  const Clock& clock_;
  Memory memory_;
  MakeTarget make_target_;
  GatekeeperOptions options_;
  SuiteStore suites_;
  ReportStore reports_;
};

}  // namespace pawl::gatekeeper
