#include "domain/evidence/series_role.h"

namespace pawl::domain {
namespace {

std::string label(const Series& series, const std::string& name) {
  const auto found = series.labels.find(name);
  return found == series.labels.end() ? std::string{} : found->second;
}

std::string all_labels(const Series& series) {
  std::string text;
  for (const auto& [name, value] : series.labels) text += name + '\x1f' + value + '\x1e';
  return text;
}

std::optional<SeriesRole> score_role(const Series& series) {
  SeriesRole role;
  if (series.metric == "pawl_score_count_total") {
    role.part = CounterPart::Count;
  } else if (series.metric == "pawl_score_sum_total") {
    role.part = CounterPart::Sum;
  } else if (series.metric == "pawl_score_sumsq_total") {
    role.part = CounterPart::Squares;
  } else {
    return std::nullopt;
  }
  role.topic.kind = Kind::Score;
  role.topic.subject = label(series, "capability");
  role.topic.stratum = label(series, "evaluator") + '\x1f' + label(series, "evaluator_version");
  if (role.topic.subject.empty()) return std::nullopt;
  return role;
}

std::optional<SeriesRole> event_role(const Series& series) {
  SeriesRole role;
  if (series.metric == "pawl_interactions_total") {
    role.topic.kind = Kind::Interaction;
  } else if (series.metric == "pawl_events_total" && label(series, "kind") == "error") {
    role.topic.kind = Kind::Interaction;
    role.part = CounterPart::Sum;
  } else if (series.metric == "pawl_violations_total") {
    role.topic.kind = Kind::Violation;
    role.topic.subject = label(series, "class");
  } else if (series.metric == "pawl_events_total") {
    role.topic.kind = Kind::Event;
    role.topic.subject = label(series, "kind");
  } else if (series.metric == "pawl_interaction_duration_seconds_bucket") {
    role.topic.kind = Kind::Bucket;
    role.topic.subject = label(series, "le");
  } else {
    return std::nullopt;
  }
  return role;
}

std::optional<SeriesRole> served_role(const Series& series) {
  SeriesRole role;
  role.topic.kind = Kind::Served;
  role.topic.stratum = all_labels(series);  // a gateway may split one arm by response code: these add up
  if (label(series, "arm") == "canary") {
    role.topic.arm = Arm::Canary;
  } else if (label(series, "arm") == "stable") {
    role.topic.arm = Arm::Stable;
  } else {
    return std::nullopt;
  }
  return role;
}

std::optional<SeriesRole> scorer_role(const Series& series, const std::string& canary, const std::string& stable) {
  std::optional<SeriesRole> role = score_role(series);
  if (!role) role = event_role(series);
  if (!role) return std::nullopt;
  const std::string revision = label(series, "revision");
  if (revision != canary && revision != stable) return std::nullopt;
  role->topic.arm = revision == canary ? Arm::Canary : Arm::Stable;
  return role;
}

}  // namespace

std::optional<SeriesRole> role_of(const Series& series, const std::string& canary_digest,
                                  const std::string& stable_digest) {
  std::optional<SeriesRole> role =
      series.metric == "served" ? served_role(series) : scorer_role(series, canary_digest, stable_digest);
  if (!role) return std::nullopt;
  role->pod = label(series, "pod") + '/' + label(series, "instance");
  role->of_this_rollout = series.labels.contains("rollout");
  return role;
}

}  // namespace pawl::domain
