// The list-and-watch protocol as a state machine without I/O: it says what to ask next, is told what came
// of it, and hands objects to a sink. Whoever drives it (InformerBase, a test, a simulation) owns the
// bytes and the time. Not thread-safe.
//
// What it guarantees: a list counts as a whole or not at all (`list_complete` only after the last page);
// after any break the watch goes on where it stopped, and only expired history costs a new list; the
// position `last_version()` moves only after the sink has what it stands for.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "base/random.h"
#include "base/result.h"
#include "base/time.h"
#include "kube/json_frames.h"
#include "kube/transport.h"
#include "kube/watch_protocol.h"
#include "runtime/backoff.h"

namespace pawl::kube {

/// Where objects go. `managedFields` are gone already: nobody reads them, and they are half of the bytes.
class ReflectorSink {
 public:
  virtual ~ReflectorSink() = default;
  virtual void upsert(const nlohmann::json& object) = 0;
  /// The object left the collection (deleted, or no longer selected); its last state.
  virtual void remove(const nlohmann::json& object) = 0;
  /// One object of a list under way.
  virtual void listed(const nlohmann::json& object) = 0;
  /// The list cannot be finished: what was listed counts for nothing.
  virtual void list_abandoned() = 0;
  /// What was listed since the last list is the whole collection.
  virtual void list_complete() = 0;
};

struct ListRequest {
  HttpRequest http;
};  ///< answer with on_list
struct WatchRequest {
  HttpRequest http;
};  ///< answer with on_watch_data..., on_watch_end
struct WaitUntil {
  BootTime until;
};  ///< ask `next` again then
using ReflectorAction = std::variant<ListRequest, WatchRequest, WaitUntil>;

struct ReflectorCounters {
  std::uint64_t lists = 0;    ///< successful ones
  std::uint64_t watches = 0;  ///< asked for
  std::uint64_t events = 0;
  std::uint64_t errors = 0;
  std::uint64_t bad_events = 0;  ///< unknown type or undecodable: the stream was given up
};

class Reflector {
 public:
  /// `sink` must outlive the reflector. `seed` separates the waits of many reflectors started together.
  Reflector(Collection collection, ReflectorSink& sink, std::uint64_t seed);
  Reflector(const Reflector&) = delete;
  Reflector& operator=(const Reflector&) = delete;

  /// What to do now. Starts a request: call it again only after that one's end was told.
  ReflectorAction next(BootTime now);
  void on_list(BootTime now, const Result<HttpResponse>& answer);
  /// The server took the watch: it refuses us no longer, though its first event may be a minute away.
  void on_watch_accepted();
  /// False: give the stream up, then tell on_watch_end.
  bool on_watch_data(BootTime now, std::string_view bytes);
  /// `Cancelled` means "no more for now": no error, the next watch goes on at the same place.
  void on_watch_end(BootTime now, const StreamOutcome& outcome);
  /// How long the stream may stay without a byte: 90 s once bookmarks were seen (they come every minute),
  /// else the watch's own time limit and 30 s.
  [[nodiscard]] Duration idle_limit(BootTime now) const;

  /// No request before this moment.
  [[nodiscard]] BootTime not_before() const { return not_before_; }
  [[nodiscard]] bool synced() const { return counters_.lists > 0; }
  [[nodiscard]] const std::string& last_version() const { return last_version_; }
  /// Moves when the server's history went back (a restored backup): older versions compare with nothing.
  [[nodiscard]] std::uint64_t epoch() const { return epoch_; }
  /// When the server last proved that it is current: an event, a bookmark, a list.
  [[nodiscard]] std::optional<BootTime> last_heard() const { return last_heard_; }
  /// Why the collection is not kept current, if so; the list's error before the watch's.
  [[nodiscard]] const std::optional<Error>& last_error() const { return list_error_ ? list_error_ : watch_error_; }
  [[nodiscard]] const ReflectorCounters& counters() const { return counters_; }
  [[nodiscard]] std::size_t buffered() const { return frames_.buffered(); }

 private:
  enum class Phase { List, Probe, Watch };

  void list_accepted(BootTime now, const HttpResponse& response);
  void list_refused(BootTime now, const HttpResponse& response);
  void list_failed(BootTime now, Error error);
  void list_complete(BootTime now, const std::string& version);
  void restart_list(bool quorum);
  HttpRequest list_request();
  void probe_answered(BootTime now, const Result<HttpResponse>& answer);

  bool accept_event(BootTime now, const std::string& document);
  bool accept_object(const std::string& type, nlohmann::json& object);
  bool accept_error(BootTime now, const nlohmann::json& status);
  bool bad_event();
  void watch_refused(BootTime now, const HttpResponse& response);
  void watch_broke(BootTime now, const StreamOutcome& outcome);
  void watch_failed(BootTime now, Error error);
  [[nodiscard]] bool silent_too_long(BootTime now) const;

  void go(Phase phase) { phase_ = phase; }
  void wait(BootTime now, std::optional<Duration> at_least);

  Collection collection_;
  ReflectorSink& sink_;
  Random random_;
  runtime::Backoff backoff_;

  Phase phase_ = Phase::List;
  BootTime not_before_{0};

  std::string continue_token_;
  bool quorum_ = true;  // list at "", not at last_version_
  bool whole_ = false;  // one answer without pages

  JsonFrames frames_;
  std::chrono::seconds watch_timeout_{0};
  BootTime watch_began_{0};
  std::uint64_t watch_events_ = 0;
  bool ended_by_us_ = false;  // the phase after the stream is decided already
  std::optional<BootTime> silent_since_;
  bool saw_bookmark_ = false;
  std::string bad_at_;
  int bad_count_ = 0;

  std::string last_version_;
  std::uint64_t epoch_ = 0;
  std::optional<BootTime> last_heard_;
  std::optional<Error> list_error_;
  std::optional<Error> watch_error_;
  ReflectorCounters counters_;
};

}  // namespace pawl::kube
