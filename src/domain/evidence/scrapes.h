// Raw series -> increments per pod and scrape. Drops what cannot be believed, and says so.
//
// A name is read once: series, pods and topics get small numbers when they are first seen, and a sample costs no
// search.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/time.h"
#include "domain/evidence/counters.h"
#include "domain/evidence/series.h"
#include "domain/evidence/series_role.h"

namespace pawl::domain {

/// Numbers that a Scrapes gave to what it has seen, from 0 on. They depend on the order of arrival: no result may.
using TopicId = std::uint32_t;
using PodId = std::uint32_t;

/// What one pod counted between two of its scrapes.
struct PodScrape {
  /// For Interaction, counts.n is interactions and counts.sum is errors.
  struct Gain {
    TopicId topic = 0;
    ArmCounts counts;
  };
  PodId pod = 0;
  Instant since;  ///< the scrape before; what lies between belongs to these gains
  Instant at;
  std::vector<Gain> gains;  ///< one for each topic, in no particular order
};

/// A value that was not used: NaN, infinite, negative, too large, not a whole count, or two series where one belongs.
struct Defect {
  TopicId topic = 0;
  Instant at;
};

/// Remembers the last counters of every pod. Not thread-safe.
class Scrapes {
 public:
  Scrapes(std::string canary_digest, std::string stable_digest, Instant began, Duration interval);

  struct Gained {
    std::vector<PodScrape> scrapes;  ///< by name of the pod, then by time
    std::vector<Defect> defects;
  };
  /// All series of one poll, in any order, with or without samples seen before. All series of one exposition must come
  /// in the same call. Samples up to `began` only set the starting point.
  Gained add(const std::vector<Series>& raw);

  [[nodiscard]] const Topic& topic(TopicId id) const { return topics_[id]; }
  [[nodiscard]] std::size_t topics() const { return topics_.size(); }
  [[nodiscard]] const std::string& pod_name(PodId id) const { return pods_[id].name; }

  /// Newest believable sample of an arm (served counts excluded).
  [[nodiscard]] std::optional<Instant> newest(Arm arm) const;

 private:
  using SeriesId = std::uint32_t;
  /// Where the samples of a series go.
  struct Place {
    SeriesId series = 0;
    PodId pod = 0;
    std::uint32_t group = 0;  ///< of the pod
    CounterPart part = CounterPart::Count;
    bool of_this_rollout = false;
  };
  struct Slot {
    double value = 0;
    std::optional<SeriesId> from;  ///< of the exposition being read
    [[nodiscard]] bool set() const { return from.has_value(); }
  };
  /// Counters of one topic in one pod.
  struct Group {
    TopicId topic = 0;
    bool with_errors = false;  ///< its errors series was seen: from then on it must be there
    // Of the exposition being read:
    Slot n, sum, sumsq;
    bool present = false;
    bool bad = false;
    bool from_zero = false;
  };
  struct Pod {
    std::string name;
    PodCounters counters;
    std::optional<Instant> last;
    std::vector<Group> groups;
    std::map<TopicId, std::uint32_t> group_of;
  };
  /// The samples of a series that are still to be read, oldest first.
  struct Cursor {
    const Sample* next = nullptr;
    const Sample* end = nullptr;
    Place place;
  };

  const std::optional<Place>& place_of(const Series& series);
  void note_newest(Arm arm, Instant at);
  PodId pod_of(const std::string& name);
  TopicId topic_of(const Topic& topic);
  static void put(Group& group, const Place& place, const Sample& sample);
  void read_pod(PodId id, std::vector<Cursor>& cursors, Gained& gained);
  void read(PodId id, Instant at, Gained& gained);
  [[nodiscard]] bool usable(Group& group, Instant at, Gained& gained);
  [[nodiscard]] bool counts_from_zero(const Pod& pod, Instant at) const;

  std::string canary_digest_;
  std::string stable_digest_;
  Instant began_;
  Duration interval_;
  std::unordered_map<std::string, std::optional<Place>> places_;  ///< by metric and labels; nothing: of no use
  std::vector<Topic> topics_;
  std::map<Topic, TopicId> topic_ids_;
  std::vector<Pod> pods_;
  std::map<std::string, PodId> pod_ids_;
  std::map<Arm, Instant> newest_;
};

}  // namespace pawl::domain
