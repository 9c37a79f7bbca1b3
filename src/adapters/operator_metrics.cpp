#include "adapters/operator_metrics.h"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <map>
#include <utility>

#include "base/guarded.h"

namespace pawl::adapters {
namespace {

const prometheus::Histogram::BucketBoundaries kRequestSeconds{.005, .02, .1, .5, 2, 10};

}  // namespace

struct OperatorMetrics::Families {
  prometheus::Registry registry;
  prometheus::Family<prometheus::Counter>& reconciles =
      prometheus::BuildCounter().Name("pawl_reconcile_total").Help("Reconciles by result").Register(registry);
  prometheus::Histogram& seconds =
      prometheus::BuildHistogram()
          .Name("pawl_reconcile_duration_seconds")
          .Help("Time of one reconcile, the API server's part included")
          .Register(registry)
          .Add({}, prometheus::Histogram::BucketBoundaries{.001, .005, .02, .1, .5, 2, 10});
  prometheus::Family<prometheus::Counter>& requests = prometheus::BuildCounter()
                                                          .Name("pawl_api_requests_total")
                                                          .Help("Requests to the API server; code 0: no answer")
                                                          .Register(registry);
  prometheus::Family<prometheus::Histogram>& request_seconds =
      prometheus::BuildHistogram()
          .Name("pawl_api_request_duration_seconds")
          .Help("The API server's part: from asking to the answer read")
          .Register(registry);
  prometheus::Gauge& leader = prometheus::BuildGauge()
                                  .Name("pawl_leader")
                                  .Help("1 while this process holds the lease")
                                  .Register(registry)
                                  .Add({});
  prometheus::Family<prometheus::Gauge>& depth =
      prometheus::BuildGauge().Name("pawl_queue_depth").Help("Keys in the work queue").Register(registry);
  prometheus::Gauge& queries = prometheus::BuildGauge()
                                   .Name("pawl_evidence_queries")
                                   .Help("Queries to metrics sources since the start")
                                   .Register(registry)
                                   .Add({});
  prometheus::Gauge& failures = prometheus::BuildGauge()
                                    .Name("pawl_evidence_failures")
                                    .Help("Of them, the failed ones")
                                    .Register(registry)
                                    .Add({});
  prometheus::Family<prometheus::Gauge>& cache_age =
      prometheus::BuildGauge()
          .Name("pawl_cache_age_seconds")
          .Help("Since the API server last proved the copy of a kind current; absent before the first list")
          .Register(registry);
  prometheus::Family<prometheus::Gauge>& undecodable =
      prometheus::BuildGauge()
          .Name("pawl_undecodable_objects")
          .Help("Objects left out of the copy because they cannot be decoded, each time that one was read")
          .Register(registry);
  prometheus::Family<prometheus::Gauge>& phases =
      prometheus::BuildGauge().Name("pawl_rollouts").Help("AgentRollouts by phase").Register(registry);
  prometheus::Family<prometheus::Gauge>& conditions = prometheus::BuildGauge()
                                                          .Name("pawl_rollout_conditions")
                                                          .Help("AgentRollouts by what they say of a condition")
                                                          .Register(registry);
  Guarded<std::map<std::pair<std::string, std::string>, prometheus::Gauge*>> told_conditions;
  prometheus::Family<prometheus::Gauge>& start = prometheus::BuildGauge()
                                                     .Name("pawl_start_seconds")
                                                     .Help("From the start of the process to a stage of its start")
                                                     .Register(registry);
};

OperatorMetrics::OperatorMetrics() : families_(std::make_unique<Families>()) {}
OperatorMetrics::~OperatorMetrics() = default;

void OperatorMetrics::reconciled(const std::string& result, Duration took) {
  families_->reconciles.Add({{"result", result}}).Increment();
  families_->seconds.Observe(static_cast<double>(took.count()) / 1000.0);
}

void OperatorMetrics::called(const std::string& verb, const std::string& resource, int code,
                             std::chrono::duration<double> took) {
  families_->request_seconds.Add({{"verb", verb}, {"resource", resource}}, kRequestSeconds).Observe(took.count());
  families_->requests.Add({{"verb", verb}, {"resource", resource}, {"code", std::to_string(code)}}).Increment();
}

void OperatorMetrics::leading(bool value) { families_->leader.Set(value ? 1 : 0); }

void OperatorMetrics::queue(std::size_t ready, std::size_t waiting) {
  families_->depth.Add({{"state", "ready"}}).Set(static_cast<double>(ready));
  families_->depth.Add({{"state", "waiting"}}).Set(static_cast<double>(waiting));
}

void OperatorMetrics::evidence(std::uint64_t queries, std::uint64_t failures) {
  families_->queries.Set(static_cast<double>(queries));
  families_->failures.Set(static_cast<double>(failures));
}

void OperatorMetrics::cache(const std::string& resource, std::optional<Duration> age, std::uint64_t undecodable) {
  const prometheus::Labels labels{{"resource", resource}};
  if (age) families_->cache_age.Add(labels).Set(static_cast<double>(age->count()) / 1000.0);
  families_->undecodable.Add(labels).Set(static_cast<double>(undecodable));
}

void OperatorMetrics::rollouts(const RolloutCensus& census) {
  for (const auto& [phase, count] : census.phases) families_->phases.Add({{"phase", phase}}).Set(count);
  families_->told_conditions.with([&](auto& told) {
    for (const auto& [of, count] : census.conditions) {
      told[of] = &families_->conditions.Add({{"type", of.first}, {"status", of.second}});
    }
    for (const auto& [of, gauge] : told) {
      const auto found = census.conditions.find(of);
      gauge->Set(found == census.conditions.end() ? 0 : found->second);
    }
  });
}

void OperatorMetrics::reached(const std::string& stage, Duration since_start) {
  families_->start.Add({{"stage", stage}}).Set(static_cast<double>(since_start.count()) / 1000.0);
}

std::string OperatorMetrics::text() const {
  return prometheus::TextSerializer().Serialize(families_->registry.Collect());
}

}  // namespace pawl::adapters
