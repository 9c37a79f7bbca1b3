#include "kube/events.h"

#include <nlohmann/json.hpp>

#include "base/log.h"
#include "base/sha256.h"

namespace pawl::kube {
namespace {

constexpr std::size_t kMaxNote = 1024;
constexpr std::size_t kMaxName = 253;
constexpr std::size_t kHashDigits = 16;
constexpr std::size_t kRemembered = 1000;

/// The server counts bytes and refuses longer notes; a character is never cut in two.
std::string cut(const std::string& text, std::size_t limit) {
  if (text.size() <= limit) return text;
  std::size_t end = limit;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
  return text.substr(0, end);
}

const char* type_name(EventType type) { return type == EventType::Warning ? "Warning" : "Normal"; }

/// Events of cluster-scoped objects live in "default".
std::string namespace_of(const EventInput& input) {
  return input.regarding.key.ns.empty() ? "default" : input.regarding.key.ns;
}

}  // namespace

std::string event_name(const EventInput& input) {
  // Lengths keep "ab"+"c" and "a"+"bc" apart.
  std::string identity;
  const Regarding& object = input.regarding;
  for (const std::string& part : {object.kind, object.uid, std::string(type_name(input.type)), input.reason,
                                  input.action, input.note, input.key}) {
    identity += std::to_string(part.size()) + ":" + part;
  }
  std::string base = object.key.name.substr(0, kMaxName - kHashDigits - 1);
  while (!base.empty() && (base.back() == '.' || base.back() == '-')) base.pop_back();
  return base + "." + sha256_hex(identity).substr(0, kHashDigits);
}

nlohmann::json make_event(const EventInput& input, const EventReporter& reporter, Instant now) {
  const Regarding& object = input.regarding;
  Json regarding = {
      {"apiVersion", object.api_version}, {"kind", object.kind}, {"name", object.key.name}, {"uid", object.uid}};
  if (!object.key.ns.empty()) regarding["namespace"] = object.key.ns;
  if (!object.resource_version.empty()) regarding["resourceVersion"] = object.resource_version;
  return {{"apiVersion", "events.k8s.io/v1"},
          {"kind", "Event"},
          {"metadata", {{"name", event_name(input)}, {"namespace", namespace_of(input)}}},
          {"eventTime", format_micro_time(now)},
          {"type", type_name(input.type)},
          {"reason", input.reason},
          {"action", input.action},
          {"note", cut(input.note, kMaxNote)},
          {"regarding", regarding},
          {"reportingController", reporter.controller},
          {"reportingInstance", reporter.instance}};
}

EventRecorder::EventRecorder(Client client, EventReporter reporter, std::shared_ptr<const Clock> clock)
    : client_(std::move(client)), reporter_(std::move(reporter)), clock_(std::move(clock)) {}

/// False when it was known.
bool EventRecorder::remember(const std::string& name) {
  const std::scoped_lock lock(mutex_);
  if (!known_.insert(name).second) return false;
  order_.push_back(name);
  if (order_.size() > kRemembered) {
    known_.erase(order_.front());
    order_.pop_front();
  }
  return true;
}

void EventRecorder::emit(const EventInput& input) {
  const std::string ns = namespace_of(input);
  // Remembered before it is sent: an event that failed is dropped, not tried again by every reconcile.
  if (!remember(ns + "/" + event_name(input))) return;
  const Result<Json> made = client_.create(resources::kEvents, ns, make_event(input, reporter_, clock_->wall()));
  if (made || made.error().kind == ErrorKind::Exists) {
    ++sent_;
    return;
  }
  ++dropped_;
  log::debug("event dropped",
             {{"object", input.regarding.key.display()}, {"reason", input.reason}, {"problem", made.error().message}});
}

}  // namespace pawl::kube
