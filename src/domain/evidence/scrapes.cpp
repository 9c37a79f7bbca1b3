#include "domain/evidence/scrapes.h"

#include <algorithm>
#include <cmath>
#include <list>
#include <utility>

namespace pawl::domain {
namespace {

std::string name_of(const Series& series) {
  std::string text = series.metric;
  for (const auto& [name, value] : series.labels) {
    text += '\x1e';
    text += name;
    text += '\x1f';
    text += value;
  }
  return text;
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

void Scrapes::note_newest(Arm arm, Instant at) {
  Instant& newest = newest_.try_emplace(arm, at).first->second;
  newest = std::max(newest, at);
}

PodId Scrapes::pod_of(const std::string& name) {
  const auto [found, fresh] = pod_ids_.try_emplace(name, static_cast<PodId>(pods_.size()));
  if (fresh) pods_.push_back({.name = name, .counters = {}, .last = std::nullopt, .groups = {}, .group_of = {}});
  return found->second;
}

TopicId Scrapes::topic_of(const Topic& topic) {
  const auto [found, fresh] = topic_ids_.try_emplace(topic, static_cast<TopicId>(topics_.size()));
  if (fresh) topics_.push_back(topic);
  return found->second;
}

const std::optional<Scrapes::Place>& Scrapes::place_of(const Series& series) {
  const auto [found, fresh] = places_.try_emplace(name_of(series));
  if (!fresh) return found->second;
  const std::optional<SeriesRole> role = role_of(series, canary_digest_, stable_digest_);
  if (!role) return found->second;
  const PodId id = pod_of(role->pod);
  Pod& pod = pods_[id];
  const TopicId topic = topic_of(role->topic);
  const auto [group, fresh_group] = pod.group_of.try_emplace(topic, static_cast<std::uint32_t>(pod.groups.size()));
  if (fresh_group) pod.groups.emplace_back().topic = topic;
  found->second = Place{static_cast<SeriesId>(places_.size()), id, group->second, role->part, role->of_this_rollout};
  return found->second;
}

Scrapes::Gained Scrapes::add(const std::vector<Series>& raw) {
  const auto in_order = [](const Sample& a, const Sample& b) { return a.at < b.at; };
  std::vector<std::vector<Cursor>> cursors(pods_.size());
  std::list<std::vector<Sample>> sorted;  // of series that came out of order
  for (const Series& series : raw) {
    const std::optional<Place>& place = place_of(series);
    if (!place) continue;
    const std::vector<Sample>* samples = &series.samples;
    if (!std::ranges::is_sorted(*samples, in_order)) {
      std::ranges::stable_sort(sorted.emplace_back(*samples), in_order);
      samples = &sorted.back();
    }
    const Sample* const end = samples->data() + samples->size();
    const std::optional<Instant> seen = pods_[place->pod].last;
    const Sample* const first =
        seen ? std::upper_bound(samples->data(), end, Sample{*seen, 0}, in_order) : samples->data();
    cursors.resize(pods_.size());
    cursors[place->pod].push_back({first, end, *place});
  }
  Gained gained;
  cursors.resize(pods_.size());
  for (const auto& [name, pod] : pod_ids_) read_pod(pod, cursors[pod], gained);
  return gained;
}

// An exposition is what all series of a pod say at one moment.
void Scrapes::read_pod(PodId id, std::vector<Cursor>& cursors, Gained& gained) {
  const auto ended = [](const Cursor& cursor) { return cursor.next == cursor.end; };
  while (std::erase_if(cursors, ended), !cursors.empty()) {
    const Instant at = std::ranges::min_element(cursors, {}, [](const Cursor& c) { return c.next->at; })->next->at;
    for (Cursor& cursor : cursors) {
      for (; !ended(cursor) && cursor.next->at == at; ++cursor.next) {
        put(pods_[id].groups[cursor.place.group], cursor.place, *cursor.next);
      }
    }
    read(id, at, gained);
  }
}

void Scrapes::put(Group& group, const Place& place, const Sample& sample) {
  Slot& slot = place.part == CounterPart::Count ? group.n : place.part == CounterPart::Sum ? group.sum : group.sumsq;
  const bool believable = believable_counter(sample.value);
  const bool whole = place.part != CounterPart::Count || sample.value == std::floor(sample.value);
  const bool second = slot.set() && (slot.value != sample.value || slot.from != place.series);
  group.present = true;
  group.bad = group.bad || !believable || !whole || second;
  group.from_zero = place.of_this_rollout;
  slot = {sample.value, place.series};
}

// A pod without history: what it counted may be older than the rollout, except what carries the rollout's label and
// what a canary pod counted that appeared later.
bool Scrapes::counts_from_zero(const Pod& pod, Instant at) const {
  if (at <= began_) return false;
  const bool labelled = std::ranges::all_of(pod.groups, [](const Group& g) { return !g.present || g.from_zero; });
  const bool canary = std::ranges::all_of(
      pod.groups, [&](const Group& g) { return !g.present || topics_[g.topic].arm == Arm::Canary; });
  return labelled || (canary && at > began_ + interval_);
}

/// Whether the group's counters of this exposition can be used.
bool Scrapes::usable(Group& group, Instant at, Gained& gained) {
  const Kind kind = topics_[group.topic].kind;
  const bool score = kind == Kind::Score;
  if (kind == Kind::Interaction && group.sum.set()) group.with_errors = true;
  const bool half = !group.n.set() || ((score || group.with_errors) && !group.sum.set());
  // More than one per score at once can only be a scorer that does not score in [0,1].
  const bool impossible =
      score && (group.sum.value > group.n.value * (1 + 1e-9) || group.sumsq.value > group.sum.value * (1 + 1e-9));
  if (group.bad || impossible) gained.defects.push_back({group.topic, at});
  return !group.bad && !impossible && !half;
}

void Scrapes::read(PodId id, Instant at, Gained& gained) {
  Pod& pod = pods_[id];
  const bool starting_point = !pod.last && !counts_from_zero(pod, at);
  std::vector<Reading> readings;
  readings.reserve(pod.groups.size());
  for (std::uint32_t g = 0; g < pod.groups.size(); ++g) {
    Group& group = pod.groups[g];
    if (!group.present) continue;
    const Topic& topic = topics_[group.topic];
    if (usable(group, at, gained)) {
      const double squares = group.sumsq.set() ? group.sumsq.value : group.sum.value;
      readings.push_back({g, {group.n.value, group.sum.value, squares}, group.sumsq.set(), topic.kind == Kind::Score});
      if (topic.kind != Kind::Served) note_newest(topic.arm, at);
    }
    group = {.topic = group.topic,
             .with_errors = group.with_errors,
             .n = {},
             .sum = {},
             .sumsq = {},
             .present = false,
             .bad = false,
             .from_zero = false};
  }
  const Instant since = pod.last.value_or(std::max(began_, at - interval_));
  pod.last = at;
  if (starting_point) return pod.counters.baseline(readings);
  const std::vector<ArmCounts> counts = pod.counters.advance(readings);
  if (at <= began_ || readings.empty()) return;
  PodScrape& scrape = gained.scrapes.emplace_back(PodScrape{.pod = id, .since = since, .at = at, .gains = {}});
  scrape.gains.reserve(readings.size());
  for (std::size_t i = 0; i < readings.size(); ++i) {
    scrape.gains.push_back({pod.groups[readings[i].group].topic, counts[i]});
  }
}

}  // namespace pawl::domain
