// Ends exchanges from outside: when their time is up, or somebody asks to stop. The HTTP library's own limits count
// single reads only. One thread for all exchanges: a thread for each would cost a change of context in every answer's
// time.
#pragma once

#include <condition_variable>
#include <list>
#include <mutex>
#include <stop_token>
#include <thread>

#include "base/time.h"

namespace httplib {
class Client;
}

namespace pawl::gate {

enum class Ended { ByItself, TimedOut, Cancelled };

/// Thread-safe. Looks every 20 ms, and only while there is something to look at.
class Deadlines {
 public:
  explicit Deadlines(const Clock& clock);
  ~Deadlines();
  Deadlines(const Deadlines&) = delete;
  Deadlines& operator=(const Deadlines&) = delete;

  struct Entry;
  using Ticket = std::list<Entry>::iterator;
  /// From now on until `end`, `client` is interrupted when `limit` is over or `stop` is requested: again and again,
  /// since the library forgets an interruption that comes a moment too early.
  Ticket begin(httplib::Client& client, Duration limit, const std::stop_token& stop);
  /// The exchange is over; its client is not touched any more.
  Ended end(Ticket ticket);

  struct Entry {
    httplib::Client* client;
    BootTime deadline;
    std::stop_token stop;
    Ended ended = Ended::ByItself;
  };

 private:
  void watch(const std::stop_token& over);

  const Clock& clock_;
  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::list<Entry> entries_;
  std::jthread thread_;  // last: it uses all of the above
};

}  // namespace pawl::gate
