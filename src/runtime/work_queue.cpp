#include "runtime/work_queue.h"

#include <algorithm>
#include <chrono>

#include "base/assert.h"

namespace pawl::runtime {

namespace {
// A wait is cut into slices: the condition variable's clock stands still during suspend, ours does not.
constexpr Duration kLongestSlice{5'000};
}  // namespace

WorkQueue::WorkQueue(const Clock& clock, WorkQueueOptions options)
    : clock_(clock), options_(options), random_(options.seed) {}

void WorkQueue::add(const Key& key, Duration after) {
  const BootTime now = clock_.boot();
  {
    const std::scoped_lock lock(mutex_);
    if (shut_down_) return;
    ++counters_.adds;
    want(key, entries_[key], later(now, after), now);
  }
  changed_.notify_one();
}

/// Merges a wish into the entry: the earlier time.
void WorkQueue::want(const Key& key, Entry& entry, BootTime at, BootTime now) {
  if (entry.place == Place::Ready || (entry.place != Place::None && at >= entry.ready_at)) return;
  unplace(key, entry);
  entry.ready_at = at;
  place(key, entry, now);
}

void WorkQueue::place(const Key& key, Entry& entry, BootTime now) {
  if (entry.processing) {
    entry.place = Place::Deferred;
  } else if (entry.ready_at <= now) {
    make_ready(key, entry);
  } else {
    entry.place = Place::Waiting;
    waiting_.emplace(entry.ready_at, key);
  }
}

void WorkQueue::unplace(const Key& key, Entry& entry) {
  if (entry.place == Place::Ready) ready_.erase(entry.seq);
  if (entry.place == Place::Waiting) waiting_.erase({entry.ready_at, key});
  entry.place = Place::None;
}

void WorkQueue::make_ready(const Key& key, Entry& entry) {
  entry.place = Place::Ready;
  entry.seq = next_seq_++;
  ready_.emplace(entry.seq, key);
}

void WorkQueue::wake_timers(BootTime now) {
  while (!waiting_.empty() && waiting_.begin()->first <= now) {
    const Key key = waiting_.begin()->second;
    waiting_.erase(waiting_.begin());
    make_ready(key, entries_.at(key));
  }
}

std::optional<WorkQueue::Key> WorkQueue::pop(BootTime now) {
  if (shut_down_) return std::nullopt;
  wake_timers(now);
  if (ready_.empty()) return std::nullopt;
  const Key key = ready_.begin()->second;
  Entry& entry = entries_.at(key);
  unplace(key, entry);
  entry.processing = true;
  ++counters_.processing;
  return key;
}

std::optional<WorkQueue::Key> WorkQueue::try_get(BootTime now) {
  const std::scoped_lock lock(mutex_);
  return pop(now);
}

std::optional<WorkQueue::Key> WorkQueue::get(std::stop_token stop) {
  std::unique_lock lock(mutex_);
  while (!stop.stop_requested() && !shut_down_) {
    const BootTime now = clock_.boot();
    if (auto key = pop(now)) {
      // One notification may have stood for several keys (timers wake no one else): pass it on.
      if (!ready_.empty() || !waiting_.empty()) changed_.notify_one();
      return key;
    }
    BootTime slice = kLongestSlice;
    if (!waiting_.empty()) slice = std::min(slice, waiting_.begin()->first - now);
    const std::uint64_t seen = counters_.adds + counters_.retries;
    changed_.wait_for(lock, stop, slice,
                      [&] { return shut_down_ || !ready_.empty() || counters_.adds + counters_.retries != seen; });
  }
  return std::nullopt;
}

std::optional<BootTime> WorkQueue::next_ready() const {
  const std::scoped_lock lock(mutex_);
  if (shut_down_) return std::nullopt;
  std::optional<BootTime> earliest;
  if (!waiting_.empty()) earliest = waiting_.begin()->first;
  if (!ready_.empty()) {
    const BootTime ready = entries_.at(ready_.begin()->second).ready_at;
    earliest = earliest ? std::min(*earliest, ready) : ready;
  }
  return earliest;
}

BootTime WorkQueue::later(BootTime now, Duration after) const {
  return now + std::clamp(after, Duration{0}, options_.max_delay);
}

/// The later of the key's own backoff and its turn in the shared rate.
BootTime WorkQueue::retry_time(Entry& entry, BootTime now) {
  const BootTime own = now + backoff_delay(options_.retry, entry.failures, random_);
  if (entry.failures < 1'000) ++entry.failures;
  const BootTime step = BootTime{1'000'000} / std::max(options_.retries_per_second, 1);
  const BootTime burst = std::chrono::seconds{1};
  // Turns of keys that ran before theirs came are free again: no key is behind more than those that wait.
  const BootTime behind = now + step * static_cast<std::int64_t>(waiting_.size());
  retry_slot_ = std::clamp(retry_slot_, now - burst, behind) + step;
  return std::max(own, retry_slot_);
}

void WorkQueue::done(const Key& key, const Outcome& outcome) {
  const BootTime now = clock_.boot();
  {
    const std::scoped_lock lock(mutex_);
    const auto it = entries_.find(key);
    PAWL_ASSERT(it != entries_.end() && it->second.processing);
    Entry& entry = it->second;
    entry.processing = false;
    --counters_.processing;
    const bool wanted = entry.place == Place::Deferred;
    std::optional<BootTime> again;
    switch (outcome.kind) {
      case Outcome::Kind::Done:
        entry.failures = 0;
        break;
      case Outcome::Kind::After:
        entry.failures = 0;
        again = later(now, outcome.after);
        break;
      case Outcome::Kind::Stale:
        again = later(now, options_.stale_delay);
        break;
      case Outcome::Kind::Failed:
        again = retry_time(entry, now);
        break;
    }
    if (again) ++counters_.retries;
    entry.place = Place::None;
    if (shut_down_ || (!wanted && !again)) {
      entries_.erase(it);
      return;
    }
    if (wanted) want(key, entry, entry.ready_at, now);
    if (again) want(key, entry, *again, now);
  }
  changed_.notify_one();
}

void WorkQueue::shutdown() {
  {
    const std::scoped_lock lock(mutex_);
    shut_down_ = true;
    ready_.clear();
    waiting_.clear();
    std::erase_if(entries_, [](const auto& item) { return !item.second.processing; });
    for (auto& [key, entry] : entries_) entry.place = Place::None;
  }
  changed_.notify_all();
}

int WorkQueue::failures(const Key& key) const {
  const std::scoped_lock lock(mutex_);
  const auto it = entries_.find(key);
  return it == entries_.end() ? 0 : it->second.failures;
}

WorkQueueStats WorkQueue::stats() const {
  const std::scoped_lock lock(mutex_);
  WorkQueueStats out = counters_;
  out.ready = ready_.size();
  out.waiting = waiting_.size();
  return out;
}

}  // namespace pawl::runtime
