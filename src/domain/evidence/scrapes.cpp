#include "domain/evidence/scrapes.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace pawl::domain {
namespace {

enum class Part { Count, Sum, Squares };

struct Role {
  Topic topic;
  Part part = Part::Count;
};

std::string label(const Series& series, const std::string& name) {
  const auto found = series.labels.find(name);
  return found == series.labels.end() ? std::string{} : found->second;
}

std::string all_labels(const Series& series) {
  std::string text;
  for (const auto& [name, value] : series.labels) text += name + '\x1f' + value + '\x1e';
  return text;
}

std::string pod_of(const Series& series) { return label(series, "pod") + '/' + label(series, "instance"); }

std::optional<Role> score_role(const Series& series) {
  Role role;
  if (series.metric == "pawl_score_count_total") {
    role.part = Part::Count;
  } else if (series.metric == "pawl_score_sum_total") {
    role.part = Part::Sum;
  } else if (series.metric == "pawl_score_sumsq_total") {
    role.part = Part::Squares;
  } else {
    return std::nullopt;
  }
  role.topic.kind = Kind::Score;
  role.topic.subject = label(series, "capability");
  role.topic.stratum = label(series, "evaluator") + '\x1f' + label(series, "evaluator_version");
  if (role.topic.subject.empty()) return std::nullopt;
  return role;
}

std::optional<Role> event_role(const Series& series) {
  Role role;
  if (series.metric == "pawl_interactions_total") {
    role.topic.kind = Kind::Interaction;
  } else if (series.metric == "pawl_events_total" && label(series, "kind") == "error") {
    role.topic.kind = Kind::Interaction;
    role.part = Part::Sum;
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

std::optional<Role> served_role(const Series& series) {
  Role role;
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

std::optional<Role> role_of(const Series& series, const std::string& canary, const std::string& stable) {
  if (series.metric == "served") return served_role(series);
  std::optional<Role> role = score_role(series);
  if (!role) role = event_role(series);
  if (!role) return std::nullopt;
  const std::string revision = label(series, "revision");
  if (revision != canary && revision != stable) return std::nullopt;
  role->topic.arm = revision == canary ? Arm::Canary : Arm::Stable;
  return role;
}

std::string group_name(const Topic& topic) {
  return std::to_string(static_cast<int>(topic.kind)) + (topic.arm == Arm::Canary ? 'c' : 's') + topic.subject +
         '\x1d' + topic.stratum;
}

}  // namespace

Scrapes::Scrapes(std::string canary_digest, std::string stable_digest, Instant began, Duration interval)
    : canary_digest_(std::move(canary_digest)),
      stable_digest_(std::move(stable_digest)),
      began_(began),
      interval_(interval) {}

std::optional<Instant> Scrapes::newest(Arm arm) const {
  const auto found = newest_.find(arm);
  if (found == newest_.end()) return std::nullopt;
  return found->second;
}

void Scrapes::place(const Series& series, std::map<std::string, std::map<Instant, Exposition>>& expositions) const {
  const std::optional<Role> role = role_of(series, canary_digest_, stable_digest_);
  if (!role) return;
  const std::string pod = pod_of(series);
  const std::string name = group_name(role->topic);
  const bool of_this_rollout = series.labels.contains("rollout");
  const auto known = pods_.find(pod);
  std::map<Instant, Exposition>& by_time = expositions[pod];
  for (const Sample& sample : series.samples) {
    if (known != pods_.end() && known->second.last && sample.at <= *known->second.last) continue;
    const auto [found, fresh] = by_time[sample.at].try_emplace(name);
    Group& group = found->second;
    if (fresh) group.topic = role->topic;
    group.from_zero = of_this_rollout;
    Slot& slot = role->part == Part::Count ? group.n : role->part == Part::Sum ? group.sum : group.sumsq;
    const bool believable = believable_counter(sample.value);
    const bool whole = role->part != Part::Count || sample.value == std::floor(sample.value);
    const bool second = slot.set() && (slot.value != sample.value || slot.from->labels != series.labels);
    group.bad = group.bad || !believable || !whole || second;
    slot = {sample.value, &series};
  }
}

Scrapes::Gained Scrapes::add(const std::vector<Series>& raw) {
  std::map<std::string, std::map<Instant, Exposition>> expositions;
  for (const Series& series : raw) place(series, expositions);
  Gained gained;
  for (auto& [name, by_time] : expositions) {
    for (auto& [at, exposition] : by_time) read(name, pods_[name], at, exposition, gained);
  }
  return gained;
}

// A pod without history: what it counted may be older than the rollout, except what carries the rollout's label and
// what a canary pod counted that appeared later.
bool Scrapes::counts_from_zero(const Exposition& exposition, Instant at) const {
  if (at <= began_) return false;
  const bool labelled = std::ranges::all_of(exposition, [](const auto& entry) { return entry.second.from_zero; });
  const bool canary =
      std::ranges::all_of(exposition, [](const auto& entry) { return entry.second.topic.arm == Arm::Canary; });
  return labelled || (canary && at > began_ + interval_);
}

void Scrapes::read(const std::string& name, Pod& pod, Instant at, Exposition& exposition, Gained& gained) {
  std::map<std::string, Reading> readings;
  for (auto& [key, group] : exposition) {
    const bool score = group.topic.kind == Kind::Score;
    if (group.topic.kind == Kind::Interaction && group.sum.set()) pod.with_errors.insert(key);
    const bool half =
        !group.n.set() || (score && !group.sum.set()) || (pod.with_errors.contains(key) && !group.sum.set());
    const double sum = group.sum.value;
    // More than one per score at once can only be a scorer that does not score in [0,1].
    const bool impossible = score && (sum > group.n.value * (1 + 1e-9) || group.sumsq.value > sum * (1 + 1e-9));
    if (group.bad || impossible) gained.defects.push_back({group.topic, at});
    if (group.bad || impossible || half) continue;
    const double squares = group.sumsq.set() ? group.sumsq.value : sum;
    readings.emplace_hint(readings.end(), key, Reading{{group.n.value, sum, squares}, group.sumsq.set(), score});
    if (group.topic.kind == Kind::Served) continue;
    Instant& newest = newest_.try_emplace(group.topic.arm, at).first->second;
    newest = std::max(newest, at);
  }
  if (!pod.last && !counts_from_zero(exposition, at)) {
    pod.counters.baseline(readings);
    pod.last = at;
    return;
  }
  const Instant since = pod.last.value_or(std::max(began_, at - interval_));
  for (const auto& [key, counts] : pod.counters.advance(readings)) {
    if (at > began_) gained.increments.push_back({exposition.at(key).topic, name, since, at, counts});
  }
  pod.last = at;
}

}  // namespace pawl::domain
