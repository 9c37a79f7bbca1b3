#include "kube/reflector.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include <nlohmann/json.hpp>

#include "base/log.h"
#include "json/lookup.h"
#include "kube/api_error.h"
#include "kube/list_reader.h"
#include "kube/meta.h"

namespace pawl::kube {

namespace {

using Json = nlohmann::json;
using std::chrono::seconds;

constexpr seconds kShortestWatch{300};
constexpr std::uint64_t kWatchSpread = 301;  // 300..600 s
constexpr seconds kVeryShort{1};
constexpr seconds kIdleWithBookmarks{90};
constexpr seconds kIdleGrace{30};
constexpr seconds kSilence{150};
constexpr seconds kNotServedWait{30};
constexpr Duration kListTimeout{60'000};
constexpr int kBadEventsBeforeRelist = 3;

runtime::BackoffPolicy policy() { return {Duration{800}, 2.0, Duration{30'000}, 1.0, 2.0, Duration{120'000}}; }

HttpRequest get(std::string path) {
  HttpRequest request;
  request.path = std::move(path);
  return request;
}

/// A list may be large and its server busy: it gets more time than a single object.
HttpRequest get_list(std::string path) {
  HttpRequest request = get(std::move(path));
  request.timeout = kListTimeout;
  return request;
}

Error error_of(ErrorKind kind, const std::string& verb, const Collection& collection, const std::string& what) {
  Error error;
  error.kind = kind;
  error.message = "cannot " + verb + " " + collection.resource.display() + ": " + what;
  return error;
}

void drop_managed_fields(Json& object) {
  if (!object.is_object()) return;
  const auto metadata = object.find("metadata");
  if (metadata != object.end() && metadata->is_object()) metadata->erase("managedFields");
}

}  // namespace

Reflector::Reflector(Collection collection, ReflectorSink& sink, std::uint64_t seed)
    : collection_(std::move(collection)), sink_(sink), random_(seed), backoff_(policy(), random_.next()) {}

ReflectorAction Reflector::next(BootTime now) {
  if (now < not_before_) return WaitUntil{not_before_};
  if (phase_ == Phase::Watch && silent_too_long(now)) go(Phase::Probe);
  switch (phase_) {
    case Phase::List:
      return ListRequest{list_request()};
    case Phase::Probe:
      return ListRequest{get(probe_path(collection_, last_version_))};
    case Phase::Watch:
      break;
  }
  frames_.clear();
  watch_timeout_ = kShortestWatch + seconds{random_.below(kWatchSpread)};
  watch_began_ = now;
  watch_events_ = 0;
  ended_by_us_ = false;
  if (!silent_since_) silent_since_ = now;
  ++counters_.watches;
  return WatchRequest{get(watch_path(collection_, last_version_, watch_timeout_))};
}

// ---- list

HttpRequest Reflector::list_request() {
  if (!continue_token_.empty()) return get_list(list_path(collection_, "", collection_.page_size, continue_token_));
  if (quorum_) return get_list(list_path(collection_, "", whole_ ? 0 : collection_.page_size, ""));
  // A limit with a version would mean "exactly this version", which is compacted soon.
  return get_list(list_path(collection_, last_version_, 0, ""));
}

void Reflector::restart_list(bool quorum) {
  quorum_ = quorum;
  whole_ = false;
  continue_token_.clear();
  sink_.list_abandoned();
  go(Phase::List);
}

void Reflector::on_list(BootTime now, const Result<HttpResponse>& answer) {
  if (phase_ == Phase::Probe) return probe_answered(now, answer);
  if (!answer) {
    if (answer.error().kind == ErrorKind::Cancelled) return;
    return list_failed(now, answer.error().during("cannot list " + collection_.resource.display()));
  }
  if (answer->status == 200) return list_accepted(now, *answer);
  list_refused(now, *answer);
}

void Reflector::list_accepted(BootTime now, const HttpResponse& response) {
  // Servers write an empty collection as `null` too.
  const Json list = read_list(response.body, [this](Json& object) {
    drop_managed_fields(object);
    sink_.listed(object);
  });
  const Json metadata = list.is_object() ? list.value("metadata", Json()) : Json();
  const std::string version = metadata.is_object() ? json::text_at(metadata, "resourceVersion") : "";
  if (version.empty()) {
    return list_failed(now, error_of(ErrorKind::Malformed, "list", collection_, "the answer has no resourceVersion"));
  }
  continue_token_ = json::text_at(metadata, "continue");
  if (continue_token_.empty()) list_complete(now, version);
}

void Reflector::list_complete(BootTime now, const std::string& version) {
  if (older(version, last_version_)) {
    ++epoch_;
    log::error("the server's history went back; every version is void",
               {{"resource", collection_.resource.display()}, {"was", last_version_}, {"is", version}});
  }
  sink_.list_complete();
  ++counters_.lists;
  last_version_ = version;
  last_heard_ = silent_since_ = now;
  list_error_.reset();
  bad_at_.clear();
  restart_list(false);
  go(Phase::Watch);
}

void Reflector::list_refused(BootTime now, const HttpResponse& response) {
  const Error refusal = api_error(response, Access::Read);
  const bool later_page = !continue_token_.empty();
  if (expired(refusal) && later_page) {
    restart_list(quorum_);
    whole_ = true;
    return;
  }
  if ((expired(refusal) || too_large(refusal)) && !quorum_) return restart_list(true);
  list_failed(now, refused(refusal, "list", collection_));
}

void Reflector::list_failed(BootTime now, Error error) {
  ++counters_.errors;
  std::optional<Duration> at_least = error.retry_after;
  if (error.kind == ErrorKind::NotServed) at_least = kNotServedWait;
  list_error_ = std::move(error);
  // The version may be what the server dislikes only if it says so: keep the choice, begin at page one.
  restart_list(quorum_);
  wait(now, at_least);
}

// ---- probe: has a silent server reached our version at all?

bool Reflector::silent_too_long(BootTime now) const {
  return saw_bookmark_ && silent_since_ && now - *silent_since_ >= kSilence;
}

void Reflector::probe_answered(BootTime now, const Result<HttpResponse>& answer) {
  if (!answer) {
    if (answer.error().kind == ErrorKind::Cancelled) return;
    return watch_failed(now, answer.error().during("cannot list " + collection_.resource.display()));
  }
  const Error refusal = answer->status == 200 ? Error{} : api_error(*answer, Access::Read);
  if (too_large(refusal) || expired(refusal)) return restart_list(true);
  if (answer->status == 429 || answer->status >= 500) {
    return watch_failed(now, refused(refusal, "list", collection_));
  }
  // Reached, or a server too old to be asked so: silence is no proof, go on watching.
  silent_since_ = now;
  if (answer->status == 200) last_heard_ = now;
  go(Phase::Watch);
}

// ---- watch

Duration Reflector::idle_limit(BootTime now) const {
  if (!saw_bookmark_) return watch_timeout_ + kIdleGrace;
  const BootTime silent = silent_since_ ? now - *silent_since_ : BootTime{0};
  // A silent server is probed at 150 s, not at the second multiple of 90 s.
  const auto left = std::chrono::duration_cast<Duration>(kSilence - silent);
  return std::clamp(left, Duration{1'000}, Duration{kIdleWithBookmarks});
}

void Reflector::on_watch_accepted() {
  if (!watch_error_) return;
  // A stream that breaks at once, or says what cannot be understood, was accepted too.
  if (watch_error_->kind == ErrorKind::Denied || watch_error_->kind == ErrorKind::NotServed) watch_error_.reset();
}

bool Reflector::on_watch_data(BootTime now, std::string_view bytes) {
  if (ended_by_us_) return false;
  frames_.feed(bytes);
  while (const auto document = frames_.next()) {
    if (accept_event(now, *document)) continue;
    ended_by_us_ = true;
    return false;
  }
  if (!frames_.broken()) return true;
  bad_event();
  wait(now, std::nullopt);
  ended_by_us_ = true;
  return false;
}

bool Reflector::accept_event(BootTime now, const std::string& document) {
  Json event = Json::parse(document, nullptr, false);
  const std::string type = event.is_object() ? json::text_at(event, "type") : "";
  const auto object = event.is_object() ? event.find("object") : event.end();
  const bool understood = object != event.end() && object->is_object();
  if (understood && type == "ERROR") return accept_error(now, *object);
  if (!(understood ? accept_object(type, *object) : bad_event())) {
    wait(now, std::nullopt);
    return false;
  }
  ++watch_events_;
  ++counters_.events;
  last_heard_ = silent_since_ = now;
  watch_error_.reset();
  return true;
}

/// False: the stream cannot be followed any more, and the next phase is set.
bool Reflector::accept_object(const std::string& type, Json& object) {
  const bool change = type == "ADDED" || type == "MODIFIED";
  if (!change && type != "DELETED" && type != "BOOKMARK") return bad_event();
  const std::string version = meta_of(object).resource_version;
  if (version.empty()) {
    log::error("an event without resourceVersion", {{"resource", collection_.resource.display()}});
    bad_event();
    restart_list(false);
    return false;
  }
  if (type == "BOOKMARK") {
    saw_bookmark_ = true;
  } else {
    drop_managed_fields(object);
    change ? sink_.upsert(object) : sink_.remove(object);
  }
  last_version_ = version;
  return true;
}

/// Gives the stream up. It goes on at the last good version; a document that is bad again and again
/// can be passed only by a list. Always false.
bool Reflector::bad_event() {
  ++counters_.bad_events;
  bad_count_ = bad_at_ == last_version_ ? bad_count_ + 1 : 1;
  bad_at_ = last_version_;
  log::warn(
      "a watch event cannot be understood",
      {{"resource", collection_.resource.display()}, {"after", last_version_}, {"times", std::to_string(bad_count_)}});
  go(Phase::Watch);
  watch_error_ = error_of(ErrorKind::Malformed, "watch", collection_, "an event cannot be understood");
  if (bad_count_ < kBadEventsBeforeRelist) return false;
  bad_count_ = 0;
  restart_list(false);
  return false;
}

bool Reflector::accept_error(BootTime now, const Json& status) {
  const Error refusal = status_error(status, Access::Read);
  if (refusal.http_status == 429) {
    go(Phase::Watch);
    wait(now, refusal.retry_after);
  } else if (expired(refusal)) {
    restart_list(false);
    wait(now, std::nullopt);
  } else {
    watch_failed(now, refused(refusal, "watch", collection_));
  }
  return false;
}

void Reflector::on_watch_end(BootTime now, const StreamOutcome& outcome) {
  // Half a document is worth nothing: the server sends the whole event again after last_version_.
  frames_.clear();
  if (ended_by_us_) return;
  switch (outcome.end) {
    case StreamEnd::Cancelled:
    case StreamEnd::IdleTimeout:
      return;
    case StreamEnd::ConnectRefused:
      // The server restarts: our place in its history is still good. Absence is not silence.
      silent_since_.reset();
      watch_error_ = error_of(ErrorKind::Unavailable, "watch", collection_, "connection refused: " + outcome.detail);
      return wait(now, std::nullopt);
    case StreamEnd::HttpError:
      return watch_refused(now, outcome.error_response);
    case StreamEnd::Clean:
    case StreamEnd::Reset:
      return watch_broke(now, outcome);
  }
}

void Reflector::watch_broke(BootTime now, const StreamOutcome& outcome) {
  const bool lived = watch_events_ > 0 || now - watch_began_ >= kVeryShort;
  if (lived) {
    watch_error_.reset();
    return;
  }
  watch_failed(now, error_of(ErrorKind::Unavailable, "watch", collection_, "a very short watch: " + outcome.detail));
}

void Reflector::watch_refused(BootTime now, const HttpResponse& response) {
  const Error refusal = api_error(response, Access::Read);
  silent_since_.reset();
  if (refusal.http_status == 429) return wait(now, refusal.retry_after);
  if (too_large(refusal)) return restart_list(true);
  if (expired(refusal)) {
    restart_list(false);
    return wait(now, std::nullopt);
  }
  watch_failed(now, refused(refusal, "watch", collection_));
}

void Reflector::watch_failed(BootTime now, Error error) {
  ++counters_.errors;
  std::optional<Duration> at_least = error.retry_after;
  if (error.kind == ErrorKind::NotServed) at_least = kNotServedWait;
  watch_error_ = std::move(error);
  restart_list(false);
  wait(now, at_least);
}

/// The server's wish with up to a quarter more, so that those who got the same wish do not come together.
void Reflector::wait(BootTime now, std::optional<Duration> at_least) {
  Duration delay = backoff_.next(now);
  if (at_least) {
    const auto extra = static_cast<std::int64_t>(static_cast<double>(at_least->count()) * 0.25 * random_.unit());
    delay = std::max(delay, *at_least + Duration{extra});
  }
  not_before_ = now + delay;
}

}  // namespace pawl::kube
