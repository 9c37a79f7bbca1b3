#include "scorer/score_metrics.h"

#include <prometheus/counter.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

namespace pawl::scorer {
namespace {

constexpr std::size_t kMostKinds = 64;

using Counters = prometheus::Family<prometheus::Counter>;

Counters& counters(prometheus::Registry& registry, const char* name, const char* help) {
  return prometheus::BuildCounter().Name(name).Help(help).Register(registry);
}

prometheus::Labels labels(const Arm& arm) {
  return {{"agent", arm.agent}, {"revision", arm.revision}, {"rollout", arm.rollout}};
}

const prometheus::Histogram::BucketBoundaries kSeconds{0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 0.75, 1,  1.5, 2,
                                                       2.5,  3,     4,    5,   7.5,  10,  15,   20, 30,  60};

}  // namespace

struct ScoreMetrics::Families {
  explicit Families(prometheus::Registry& r)
      : count(counters(r, "pawl_score_count_total", "Scores given")),
        sum(counters(r, "pawl_score_sum_total", "Sum of the scores")),
        sumsq(counters(r, "pawl_score_sumsq_total", "Sum of the squares of the scores")),
        interactions(counters(r, "pawl_interactions_total", "Interactions graded")),
        events(counters(r, "pawl_events_total", "What befell interactions, by kind")),
        violations(counters(r, "pawl_violations_total", "Harmful answers, by class")),
        dropped(counters(r, "pawl_scorer_dropped_total", "Records lost to a full queue").Add({})),
        rejected(counters(r, "pawl_scorer_rejected_total", "Requests refused, by reason")),
        seconds(prometheus::BuildHistogram()
                    .Name("pawl_interaction_duration_seconds")
                    .Help("From request to answer")
                    .Register(r)) {}

  Counters& count;
  Counters& sum;
  Counters& sumsq;
  Counters& interactions;
  Counters& events;
  Counters& violations;
  prometheus::Counter& dropped;
  Counters& rejected;
  prometheus::Family<prometheus::Histogram>& seconds;
};

ScoreMetrics::ScoreMetrics()
    : registry_(std::make_shared<prometheus::Registry>()), families_(std::make_unique<Families>(*registry_)) {}
ScoreMetrics::~ScoreMetrics() = default;

void ScoreMetrics::score(const Arm& arm, const std::string& capability, const std::string& evaluator,
                         const std::string& version, double score) {
  prometheus::Labels of = labels(arm);
  of["capability"] = capability;
  of["evaluator"] = evaluator;
  of["evaluator_version"] = version;
  // The count comes last: a scrape in between sees a sum that is ahead, which the next block makes good.
  families_->sum.Add(of).Increment(score);
  families_->sumsq.Add(of).Increment(score * score);
  families_->count.Add(of).Increment();
}

void ScoreMetrics::interaction(const Arm& arm, Duration took) {
  families_->interactions.Add(labels(arm)).Increment();
  families_->seconds.Add(labels(arm), kSeconds).Observe(std::chrono::duration<double>(took).count());
}

void ScoreMetrics::event(const Arm& arm, const std::string& kind) {
  prometheus::Labels of = labels(arm);
  const bool known = kinds_.with([&](std::set<std::string>& kinds) {
    if (kinds.size() < kMostKinds) kinds.insert(kind);
    return kinds.contains(kind);
  });
  of["kind"] = known ? kind : "other";
  families_->events.Add(of).Increment();
}

void ScoreMetrics::violation(const Arm& arm, const std::string& name) {
  prometheus::Labels of = labels(arm);
  of["class"] = name;
  families_->violations.Add(of).Increment();
}

void ScoreMetrics::dropped() { families_->dropped.Increment(); }

void ScoreMetrics::rejected(const std::string& reason) { families_->rejected.Add({{"reason", reason}}).Increment(); }

std::string ScoreMetrics::text() const { return prometheus::TextSerializer().Serialize(registry_->Collect()); }

}  // namespace pawl::scorer
