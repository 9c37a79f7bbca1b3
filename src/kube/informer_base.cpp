#include "kube/informer_base.h"

#ifdef __GLIBC__
#include <malloc.h>
#endif

#include <algorithm>
#include <utility>
#include <variant>

#include "base/log.h"

namespace pawl::kube {

namespace {
// The condition variable's clock stands still during suspend; ours does not.
constexpr BootTime kLongestSlice = std::chrono::seconds{5};
constexpr BootTime kSpinGuard = std::chrono::seconds{1};

/// A list passes through memory as text and as JSON, many times the size of what is kept. The allocator would hold on
/// to all of it, in an arena per informer, for a list that may be the only one in the life of the process.
void give_memory_back() {
#ifdef __GLIBC__
  ::malloc_trim(0);
#endif
}

bool denied(const std::optional<Error>& error) { return error && error->kind == ErrorKind::Denied; }
}  // namespace

InformerBase::InformerBase(InformerOptions options)
    : options_(std::move(options)),
      reflector_({options_.resource, options_.ns, options_.label_selector, options_.field_selector, options_.page_size},
                 store_, options_.seed) {}

void InformerBase::run(std::stop_token stop) {
  while (!stop.stop_requested()) {
    const InformerStep done = step(stop);
    log_new_error();
    // A transport that cancels though nobody asked must not make us spin.
    sleep_until(done.cancelled ? done.next + kSpinGuard : done.next, stop);
  }
}

InformerStep InformerBase::step(std::stop_token stop) {
  const ReflectorAction action = reflector_.next(options_.clock.boot());
  InformerStep out;
  if (const auto* list = std::get_if<ListRequest>(&action)) {
    out.kind = InformerStep::Kind::Listed;
    out.cancelled = list_page(list->http, stop);
    give_memory_back();
  } else if (const auto* request = std::get_if<WatchRequest>(&action)) {
    out.kind = InformerStep::Kind::Watched;
    out.cancelled = watch(request->http, stop) == StreamEnd::Cancelled;
  }
  publish();
  out.next = std::max(options_.clock.boot(), reflector_.not_before());
  return out;
}

/// True if cancelled.
bool InformerBase::list_page(const HttpRequest& request, std::stop_token stop) {
  const Result<HttpResponse> answer = options_.transport.unary(request, stop);
  reflector_.on_list(options_.clock.boot(), answer);
  return !answer && answer.error().kind == ErrorKind::Cancelled;
}

StreamEnd InformerBase::watch(const HttpRequest& request, std::stop_token stop) {
  const auto on_data = [this](std::string_view bytes) {
    bool go_on = true;
    if (bytes.empty()) {
      reflector_.on_watch_accepted();
    } else {
      go_on = reflector_.on_watch_data(options_.clock.boot(), bytes);
    }
    publish();
    return go_on;
  };
  const auto idle_limit = [this] { return reflector_.idle_limit(options_.clock.boot()); };
  const StreamOutcome outcome = options_.transport.stream(request, on_data, idle_limit, stop);
  reflector_.on_watch_end(options_.clock.boot(), outcome);
  return outcome.end;
}

void InformerBase::publish() {
  bool access_changed = false;
  {
    const std::scoped_lock lock(mutex_);
    access_changed = denied(progress_.error) != denied(reflector_.last_error());
    progress_.synced = reflector_.synced();
    progress_.version = reflector_.last_version();
    progress_.epoch = reflector_.epoch();
    progress_.error = reflector_.last_error();
    progress_.heard = reflector_.last_heard();
    progress_.counters = reflector_.counters();
  }
  changed_.notify_all();
  if (!access_changed) return;
  for (const auto& handler : access_handlers_) handler();
}

void InformerBase::sleep_until(BootTime until, std::stop_token stop) const {
  std::unique_lock lock(mutex_);
  for (BootTime now = options_.clock.boot(); now < until && !stop.stop_requested(); now = options_.clock.boot()) {
    changed_.wait_for(lock, stop, std::min(kLongestSlice, until - now), [] { return false; });
  }
}

void InformerBase::log_new_error() {
  const auto error = reflector_.last_error();
  const std::string text = error ? error->message : "";
  if (text != logged_ && error) log::warn(text, {{"kind", std::string(to_string(error->kind))}});
  if (text != logged_ && !error) log::info("list and watch work again", {{"resource", options_.resource.display()}});
  logged_ = text;
}

void InformerBase::note_undecodable(const ObjectKey& key, const Error& error) {
  log::warn("an object cannot be decoded and is left out",
            {{"resource", options_.resource.display()}, {"object", key.display()}, {"error", error.message}});
  const std::scoped_lock lock(mutex_);
  ++progress_.undecodable;
}

bool InformerBase::wait_synced(std::stop_token stop, Duration limit) {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, stop, limit, [this] { return progress_.synced; });
}

bool InformerBase::wait_answered(std::stop_token stop) {
  std::unique_lock lock(mutex_);
  return changed_.wait(lock, stop, [this] { return progress_.synced || denied(progress_.error); });
}

bool InformerBase::synced() const {
  const std::scoped_lock lock(mutex_);
  return progress_.synced;
}

std::string InformerBase::last_resource_version() const {
  const std::scoped_lock lock(mutex_);
  return progress_.version;
}

std::uint64_t InformerBase::epoch() const {
  const std::scoped_lock lock(mutex_);
  return progress_.epoch;
}

std::optional<Error> InformerBase::last_error() const {
  const std::scoped_lock lock(mutex_);
  return progress_.error;
}

std::optional<BootTime> InformerBase::last_heard() const {
  const std::scoped_lock lock(mutex_);
  return progress_.heard;
}

std::uint64_t InformerBase::undecodable() const {
  const std::scoped_lock lock(mutex_);
  return progress_.undecodable;
}

ReflectorCounters InformerBase::counters() const {
  const std::scoped_lock lock(mutex_);
  return progress_.counters;
}

}  // namespace pawl::kube
