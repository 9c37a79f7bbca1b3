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
  const std::string subject = defect.topic.kind == Kind::Score ? defect.topic.subject : std::string{};
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
    if (watched(defect.topic) || defect.topic.kind == Kind::Served) note(defect);
  }
  for (Increment& increment : gained.increments) {
    if (increment.topic.kind == Kind::Violation && increment.topic.arm == Arm::Canary && increment.since >= began_) {
      if (const auto c = trial_.violation_class(increment.topic.subject)) {
        trial_.report_violations(*c, increment.counts.n);
      }
    }
    note_service(increment);
    if (!watched(increment.topic)) continue;
    const BlockIndex index = place(increment.pod, increment.at);
    if (!next_ || index >= *next_) open_[index].push_back(std::move(increment));
  }
  close_blocks(on_block);
}

// The block of a scrape, from the samples of its pod alone. All increments of one scrape come in a row.
EvidenceFold::BlockIndex EvidenceFold::place(const std::string& pod, Instant at) {
  const auto [found, fresh] = grids_.try_emplace(pod);
  Grid& grid = found->second;
  if (!fresh && at == grid.last) return grid.now;
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

void EvidenceFold::note_service(const Increment& increment) {
  const Kind kind = increment.topic.kind;
  if (kind != Kind::Score && kind != Kind::Interaction && kind != Kind::Served) return;
  const BlockIndex index = block_of(increment.at);
  if (next_service_ && index < *next_service_) return;
  open_service_[index].push_back(
      {increment.topic.kind, increment.topic.arm, increment.since, increment.at, increment.counts.n});
}

void EvidenceFold::close_service(BlockIndex before) {
  while (!open_service_.empty() && open_service_.begin()->first < before) {
    const auto oldest = open_service_.extract(open_service_.begin());
    flush_service(oldest.key(), oldest.mapped());
  }
  if (!next_service_ || before > *next_service_) next_service_ = before;
}

void EvidenceFold::close(std::vector<Increment> increments) {
  std::ranges::stable_sort(increments, [&](const Increment& a, const Increment& b) {
    return std::tuple(segment_of(a.at), std::string_view(a.pod), a.at) <
           std::tuple(segment_of(b.at), std::string_view(b.pod), b.at);
  });
  Gathered gathered;
  for (const Increment& increment : increments) {
    const std::size_t segment = segment_of(increment.at);
    if (segment != segment_) {
      flush(gathered);
      enter_segment(segment);
    }
    const bool spanned = spans_change(increment.since, increment.at);
    if (!spanned) gather(increment, gathered);
    if (spanned && increment.topic.kind == Kind::Violation && increment.since >= began_) gather(increment, gathered);
  }
  flush(gathered);
  trial_.end_of_scrape();
}

void EvidenceFold::gather(const Increment& increment, Gathered& gathered) {
  const Topic& topic = increment.topic;
  switch (topic.kind) {
    case Kind::Score:
      arm_of(gathered.scores[{topic.subject, topic.stratum}], topic.arm) += increment.counts;
      break;
    case Kind::Interaction: {
      const double passes = std::max(0.0, increment.counts.n - increment.counts.sum);
      arm_of(gathered.interactions, topic.arm) += binary_counts(increment.counts.n, passes);
      break;
    }
    case Kind::Violation:
      if (const auto c = trial_.violation_class(topic.subject); c && topic.arm == Arm::Canary) {
        trial_.add_violations(*c, increment.counts.n);
      }
      break;
    case Kind::Event:
      arm_of(gathered.events[topic.subject], topic.arm) += increment.counts;
      break;
    case Kind::Bucket:
      if (const auto bound = bucket_bound(topic.subject)) {
        arm_of(gathered.latencies[{increment.pod, increment.at}][*bound], topic.arm) += increment.counts;
      }
      break;
    case Kind::Served:
      break;  // flush_service
  }
}

void EvidenceFold::flush(Gathered& gathered) {
  flush_scores(gathered);
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
    for (const auto& [exposition, counts] : gathered.latencies) {
      all += in_time(counts, policy_.latencies[i].le, policy_.latencies[i].tolerance).value_or(Block{});
    }
    trial_.add(trial_.latency(i), all);
  }
}

void EvidenceFold::flush_scores(Gathered& gathered) {
  for (const auto& [key, block] : gathered.scores) {
    const auto known = strata_.find(key);
    Stratum& stratum = known != strata_.end() ? known->second : strata_[key] = {trial_.subject(key.first), {}};
    stratum.carried += block;
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
  for (auto& [key, stratum] : strata_) stratum.carried = {};
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
    return Hold{"EvidenceStale", "the newest sample " + age + "; nothing can be judged",
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
    if (row.state != ScoreboardRow::State::Lost && defective(row.capability)) {
      row.state = ScoreboardRow::State::Insufficient;
    }
  }
  return verdict;
}

}  // namespace pawl::domain
