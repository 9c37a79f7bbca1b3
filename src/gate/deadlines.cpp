#include "gate/deadlines.h"

#include <httplib.h>

namespace pawl::gate {
namespace {

constexpr Duration kLook{20};

}  // namespace

Deadlines::Deadlines(const Clock& clock)
    : clock_(clock), thread_([this](const std::stop_token& over) { watch(over); }) {}

Deadlines::~Deadlines() {
  thread_.request_stop();
  thread_.join();
}

Deadlines::Ticket Deadlines::begin(httplib::Client& client, Duration limit, const std::stop_token& stop) {
  const std::scoped_lock lock(mutex_);
  entries_.push_front({&client, clock_.boot() + limit, stop, Ended::ByItself});
  if (entries_.size() == 1) changed_.notify_all();
  return entries_.begin();
}

Ended Deadlines::end(Ticket ticket) {
  const std::scoped_lock lock(mutex_);
  const Ended ended = ticket->ended;
  entries_.erase(ticket);
  return ended;
}

void Deadlines::watch(const std::stop_token& over) {
  std::unique_lock lock(mutex_);
  while (!over.stop_requested()) {
    changed_.wait(lock, over, [this] { return !entries_.empty(); });
    const BootTime now = clock_.boot();
    for (Entry& entry : entries_) {
      if (entry.ended == Ended::ByItself && entry.stop.stop_requested()) entry.ended = Ended::Cancelled;
      else if (entry.ended == Ended::ByItself && entry.deadline <= now) entry.ended = Ended::TimedOut;
      if (entry.ended != Ended::ByItself) entry.client->stop();
    }
    changed_.wait_for(lock, over, kLook, [] { return false; });
  }
}

}  // namespace pawl::gate
