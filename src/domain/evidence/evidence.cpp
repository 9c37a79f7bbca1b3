#include "domain/evidence/evidence.h"

#include <algorithm>
#include <cmath>
#include <string_view>
#include <tuple>

namespace pawl::domain {
namespace {

constexpr std::int64_t kTogether = 2;     // blocks in which the pods that are there from the beginning report first
constexpr std::int64_t kSilentAfter = 2;  // intervals without a sample
constexpr std::int64_t kServiceLag = 2;   // blocks: the gateway is another target, scraped at another moment
constexpr std::int64_t kDefectBlocks = 2;
constexpr int kStaleIntervals = 4;

constexpr std::size_t slot(Arm arm) { return arm == Arm::Canary ? 0 : 1; }

std::array<double, 2> by_arm(Arm arm, double n) { return arm == Arm::Canary ? std::array{n, 0.0} : std::array{0.0, n}; }

ArmCounts& arm_of(Block& block, Arm arm) { return arm == Arm::Canary ? block.canary : block.stable; }

EvidencePolicy usable(EvidencePolicy policy) {
  if (policy.interval <= Duration::zero()) policy.interval = std::chrono::seconds{15};
  return policy;
}

}  // namespace

EvidenceFold::EvidenceFold(EvidencePolicy policy, std::string canary_digest, std::string stable_digest, Instant began,
                           StableHistory history)
    : policy_(usable(std::move(policy))),
      began_(began),
      scrapes_(std::move(canary_digest), std::move(stable_digest), began, policy_.interval),
      trial_(policy_, std::move(history)) {}

EvidenceFold::BlockIndex EvidenceFold::block_of(Instant at) const {
  const auto past = (at - began_).count();
  const auto length = policy_.interval.count();
  return past >= 0 ? past / length : -((-past + length - 1) / length);
}

std::size_t EvidenceFold::segment_of(Instant at) const {
  const auto later = std::ranges::find_if(weights_, [&](const ShareChange& change) { return change.at > at; });
  return static_cast<std::size_t>(later - weights_.begin());
}

// Simpson's paradox starts inside one block: part of it at 5 %, part of it at 50 %. The beginning of the rollout is
// such a change too.
bool EvidenceFold::spans_change(Instant since, Instant at) const {
  if (since < began_ && began_ < at) return true;
  return std::ranges::any_of(weights_, [&](const ShareChange& change) { return since < change.at && change.at < at; });
}

void EvidenceFold::note(const Defect& defect) {
  if (defect.at <= began_) return;
  const Topic& topic = scrapes_.topic(defect.topic);
  const std::string subject = topic.kind == Kind::Score ? topic.subject : std::string{};
  const BlockIndex index = block_of(defect.at);
  BlockIndex& newest = defects_.try_emplace(subject, index).first->second;
  newest = std::max(newest, index);
}

void EvidenceFold::add(const std::vector<Series>& raw, const std::vector<ShareChange>& weights,
                       const OnBlock& on_block) {
  weights_.insert(weights_.end(), weights.begin(), weights.end());
  std::ranges::sort(weights_);
  weights_.erase(std::unique(weights_.begin(), weights_.end()), weights_.end());
  Scrapes::Gained gained = scrapes_.add(raw);
  for (const Defect& defect : gained.defects) {
    if (use_of(defect.topic).watched || scrapes_.topic(defect.topic).kind == Kind::Served) note(defect);
  }
  for (PodScrape& scrape : gained.scrapes) admit(std::move(scrape));
  close_blocks(on_block);
}

const EvidenceFold::Use& EvidenceFold::use_of(TopicId id) {
  while (uses_.size() < scrapes_.topics()) {
    const Topic& topic = scrapes_.topic(static_cast<TopicId>(uses_.size()));
    Use use;
    use.watched = watched(topic);
    if (topic.kind == Kind::Score) use.stratum = stratum_of(topic);
    if (topic.kind == Kind::Violation && topic.arm == Arm::Canary) {
      use.violation_class = trial_.violation_class(topic.subject);
    }
    if (topic.kind == Kind::Bucket) use.bound = bucket_bound(topic.subject);
    uses_.push_back(use);
  }
  return uses_[id];
}

std::size_t EvidenceFold::stratum_of(const Topic& topic) {
  const auto [found, fresh] = stratum_ids_.try_emplace({topic.subject, topic.stratum}, strata_.size());
  if (fresh) strata_.emplace_back();
  return found->second;
}

void EvidenceFold::admit(PodScrape scrape) {
  for (const PodScrape::Gain& gain : scrape.gains) {
    const Use& use = use_of(gain.topic);
    if (use.violation_class && scrape.since >= began_) trial_.report_violations(*use.violation_class, gain.counts.n);
  }
  note_service(scrape);
  std::erase_if(scrape.gains, [&](const PodScrape::Gain& gain) { return !uses_[gain.topic].watched; });
  if (scrape.gains.empty()) return;
  const BlockIndex index = place(scrape.pod, scrape.at);
  if (!next_ || index >= *next_) open_[index].push_back(std::move(scrape));
}

// The block of a scrape, from the samples of its pod alone.
EvidenceFold::BlockIndex EvidenceFold::place(PodId pod, Instant at) {
  const auto [found, fresh] = grids_.try_emplace(pod);
  Grid& grid = found->second;
  const Duration length = policy_.interval;
  Duration gap = at - grid.last;
  if (fresh || gap > kSilentAfter * length) {
    const BlockIndex first = block_of(at);
    grid.phase = at - began_ - first * length;
    // Others may have closed this very block without it: it begins with the next one.
    grid.shift = first < kTogether ? 0 : 1;
    grid.done = std::max(fresh ? first - 1 : grid.done, first + grid.shift - 1);
    gap = length;
  }
  const Instant middle = began_ + grid.phase;  // of block `shift`
  const BlockIndex nominal = block_of(at - grid.phase + length / 2) + grid.shift;
  grid.now = std::max(nominal, grid.done + 1);
  const Instant end = middle + (grid.now - grid.shift) * length + length / 2;
  grid.done = std::max(grid.done, at + gap >= end ? grid.now : grid.now - 1);
  grid.last = at;
  return grid.now;
}

// The newest block to which nothing more is coming from a pod that still reports.
EvidenceFold::BlockIndex EvidenceFold::reached(Instant watermark) const {
  std::optional<BlockIndex> least;
  for (const auto& [pod, grid] : grids_) {
    if (watermark - grid.last > kSilentAfter * policy_.interval) continue;
    least = least ? std::min(*least, grid.done) : grid.done;
  }
  return least.value_or(-1);
}

void EvidenceFold::close_blocks(const OnBlock& on_block) {
  const std::optional<Instant> watermark = newest();
  if (!watermark) return;
  BlockIndex end = block_of(*watermark - policy_.interval);
  if (const BlockIndex whole = reached(*watermark); whole >= kTogether) end = std::max(end, whole + 1);
  while (!open_.empty() && open_.begin()->first < end) {
    auto oldest = open_.extract(open_.begin());
    const BlockIndex index = oldest.key();
    close_service(index - kServiceLag);
    close(std::move(oldest.mapped()));
    close_service(index + 1 - kServiceLag);
    if (on_block) on_block(trial_, (index + 1) * policy_.interval);
  }
  close_service(end - kServiceLag);
  if (!next_ || end > *next_) next_ = end;
}

bool EvidenceFold::watched(const Topic& topic) const {
  switch (topic.kind) {
    case Kind::Score:
    case Kind::Interaction:
    case Kind::Violation:
      return true;
    case Kind::Event:
      return std::ranges::find(policy_.events, topic.subject, &EvidencePolicy::EventRule::kind) != policy_.events.end();
    case Kind::Bucket:
      return !policy_.latencies.empty();
    case Kind::Served:
      return false;  // note_service
  }
  return false;
}

void EvidenceFold::note_service(const PodScrape& scrape) {
  const BlockIndex index = block_of(scrape.at);
  if (next_service_ && index < *next_service_) return;
  for (const PodScrape::Gain& gain : scrape.gains) {
    const Topic& topic = scrapes_.topic(gain.topic);
    if (topic.kind != Kind::Score && topic.kind != Kind::Interaction && topic.kind != Kind::Served) continue;
    open_service_[index].push_back({topic.kind, topic.arm, scrape.since, scrape.at, gain.counts.n});
  }
}

void EvidenceFold::close_service(BlockIndex before) {
  while (!open_service_.empty() && open_service_.begin()->first < before) {
    const auto oldest = open_service_.extract(open_service_.begin());
    flush_service(oldest.key(), oldest.mapped());
  }
  if (!next_service_ || before > *next_service_) next_service_ = before;
}

void EvidenceFold::close(std::vector<PodScrape> scrapes) {
  const auto order = [&](const PodScrape& s) {
    return std::tuple(segment_of(s.at), std::string_view(scrapes_.pod_name(s.pod)), s.at);
  };
  std::ranges::sort(scrapes, {}, order);
  Gathered gathered;
  for (const PodScrape& scrape : scrapes) {
    const std::size_t segment = segment_of(scrape.at);
    if (segment != segment_) {
      flush(gathered);
      enter_segment(segment);
    }
    const bool spanned = spans_change(scrape.since, scrape.at);
    if (!spanned) gather(scrape, gathered);
    if (!spanned || scrape.since >= began_) gather_violations(scrape);
  }
  flush(gathered);
  trial_.end_of_scrape();
}

void EvidenceFold::gather(const PodScrape& scrape, Gathered& gathered) {
  LatencyCounts latencies;
  for (const PodScrape::Gain& gain : scrape.gains) {
    const Topic& topic = scrapes_.topic(gain.topic);
    const Use& use = uses_[gain.topic];
    switch (topic.kind) {
      case Kind::Score:
        arm_of(strata_[use.stratum].gathered, topic.arm) += gain.counts;
        strata_[use.stratum].touched = true;
        break;
      case Kind::Interaction: {
        const double passes = std::max(0.0, gain.counts.n - gain.counts.sum);
        arm_of(gathered.interactions, topic.arm) += binary_counts(gain.counts.n, passes);
        break;
      }
      case Kind::Event:
        arm_of(gathered.events[topic.subject], topic.arm) += gain.counts;
        break;
      case Kind::Bucket:
        if (use.bound) arm_of(latencies[*use.bound], topic.arm) += gain.counts;
        break;
      case Kind::Violation:  // gather_violations
      case Kind::Served:     // flush_service
        break;
    }
  }
  if (!latencies.empty()) gathered.latencies.push_back(std::move(latencies));
}

void EvidenceFold::gather_violations(const PodScrape& scrape) {
  for (const PodScrape::Gain& gain : scrape.gains) {
    if (const auto c = uses_[gain.topic].violation_class) trial_.add_violations(*c, gain.counts.n);
  }
}

void EvidenceFold::flush(Gathered& gathered) {
  flush_scores();
  flush_interactions(gathered);
  gathered = {};
}

void EvidenceFold::flush_interactions(Gathered& gathered) {
  trial_.add(Trial::kErrorsSubject, gathered.interactions);
  for (std::size_t i = 0; i < policy_.events.size(); ++i) {
    const Block& events = gathered.events[policy_.events[i].kind];
    trial_.add_events(i, {.canary_exposure = gathered.interactions.canary.n,
                          .canary_events = events.canary.n,
                          .stable_exposure = gathered.interactions.stable.n,
                          .stable_events = events.stable.n});
  }
  for (std::size_t i = 0; i < policy_.latencies.size(); ++i) {
    Block all;
    for (const LatencyCounts& counts : gathered.latencies) {
      all += in_time(counts, policy_.latencies[i].le, policy_.latencies[i].tolerance).value_or(Block{});
    }
    trial_.add(trial_.latency(i), all);
  }
}

void EvidenceFold::flush_scores() {
  for (const auto& [key, id] : stratum_ids_) {
    Stratum& stratum = strata_[id];
    if (!stratum.touched) continue;
    if (!stratum.asked) stratum.subject = trial_.subject(key.first);
    stratum.asked = true;
    stratum.carried += stratum.gathered;
    stratum.gathered = {};
    stratum.touched = false;
    if (!stratum.subject || !stratum.carried.complete()) continue;
    trial_.add(*stratum.subject, stratum.carried);
    stratum.carried = {};
  }
}

// Coverage matches late scores to earlier blocks, so it sees a block as one, whatever weights it had.
void EvidenceFold::flush_service(BlockIndex index, const std::vector<Served>& counts) {
  std::array<double, 2> served{};
  std::array<double, 2> scored{};
  bool usable = true;
  std::size_t newest_segment = service_segment_;
  interactions_seen_ =
      interactions_seen_ || std::ranges::any_of(counts, [](const Served& c) { return c.kind == Kind::Interaction; });
  const Kind scores = interactions_seen_ ? Kind::Interaction : Kind::Score;
  for (const Served& c : counts) {
    const std::size_t segment = segment_of(c.at);
    newest_segment = std::max(newest_segment, segment);
    const bool spanned = spans_change(c.since, c.at);
    usable = usable && !spanned;
    if (c.kind == scores) scored[slot(c.arm)] += c.n;
    if (c.kind != Kind::Served) continue;
    served[slot(c.arm)] += c.n;
    if (!spanned && segment > 0) {
      trial_.add_served(segment, weights_[segment - 1].canary_basis_points / 10000.0, by_arm(c.arm, c.n));
    }
  }
  if (newest_segment != service_segment_) trial_.forget_half(Trial::kCoverageSubject);
  service_segment_ = newest_segment;
  coverage_queue_.add(index, served, scored, usable);
  while (const std::optional<CoverageQueue::Final> final = coverage_queue_.take()) {
    final->usable ? trial_.add(Trial::kCoverageSubject, final->block) : trial_.count_coverage(final->block);
  }
  trial_.end_of_scrape();
}

void EvidenceFold::enter_segment(std::size_t segment) {
  segment_ = segment;
  for (Stratum& stratum : strata_) stratum.carried = {};
  trial_.weight_changed();
}

std::optional<Instant> EvidenceFold::newest() const {
  return std::max(scrapes_.newest(Arm::Canary), scrapes_.newest(Arm::Stable));
}

bool EvidenceFold::stale(std::optional<Instant> newest, Instant now) const {
  return !newest || now - std::max(*newest, began_) > policy_.interval * kStaleIntervals;
}

bool EvidenceFold::defective(const std::string& capability) const {
  const std::optional<Instant> last = newest();
  const auto found = defects_.find(capability);
  if (found == defects_.end()) return false;
  return !last || block_of(*last) - found->second <= kDefectBlocks;
}

std::optional<Hold> EvidenceFold::untrusted(Instant now) const {
  const auto plain = [](std::string reason, const std::string& text) { return Hold{std::move(reason), text, text}; };
  const std::optional<Instant> last = newest();
  if (!last && !stale(began_, now)) return plain("EvidencePending", "no sample of either arm yet");
  if (stale(last, now)) {
    const std::string age =
        last ? "is " + format_duration(std::max(now - *last, Duration::zero())) + " old" : "never came";
    return Hold{kEvidenceStale, "the newest sample " + age + "; nothing can be judged",
                "no new samples of either arm; check that the metrics source is reachable and scrapes the scorer"};
  }
  if (defective("")) {
    return plain("EvidenceInvalid", "counters of an arm cannot be used: not a number, or two series where one belongs");
  }
  for (const std::string& name : trial_.needed()) {
    if (defective(name)) {
      return plain("EvidenceInvalid",
                   "scores of " + name + " cannot be used: not a number, or two series where one belongs");
    }
  }
  if (stale(scrapes_.newest(Arm::Stable), now)) return plain("StableWithoutData", "stable reports no usable samples");
  if (stale(scrapes_.newest(Arm::Canary), now)) {
    return plain("CanaryWithoutData", "the canary reports no usable samples");
  }
  return std::nullopt;
}

Verdict EvidenceFold::verdict(Instant now) const {
  Verdict verdict = trial_.verdict(now - began_, untrusted(now));
  verdict.newest_sample = newest().value_or(Instant{});
  verdict.fresh = !stale(scrapes_.newest(Arm::Canary), now) && !stale(scrapes_.newest(Arm::Stable), now);
  for (ScoreboardRow& row : verdict.scoreboard) {
    if (row.state != CapabilityState::Lost && defective(row.capability)) {
      row.state = CapabilityState::Insufficient;
    }
  }
  return verdict;
}

}  // namespace pawl::domain
