#include "adapters/digest_prober.h"

#include <condition_variable>
#include <mutex>
#include <vector>

#include <httplib.h>
#include <nlohmann/json.hpp>

namespace pawl::adapters {
namespace {

constexpr std::chrono::seconds kProbeTimeout{2};
constexpr std::chrono::milliseconds kProbeEvery{100};
constexpr std::size_t kKnownMax = 20'000;

std::optional<std::string> ask_pod(const std::string& address) {
  httplib::Client client("http://" + address);
  client.set_connection_timeout(kProbeTimeout);
  client.set_read_timeout(kProbeTimeout);
  const auto answer = client.Get("/revision");
  if (!answer || answer->status != 200 || answer->body.size() > 4096) return std::nullopt;
  const auto body = nlohmann::json::parse(answer->body, nullptr, false);
  if (!body.is_object() || !body.contains("digest") || !body["digest"].is_string()) return std::nullopt;
  return body["digest"].get<std::string>();
}

}  // namespace

std::optional<std::string> DigestProber::digest_of(const Target& target) {
  return state_.with([&](State& state) -> std::optional<std::string> {
    Entry& entry = state.known[target.pod_uid];
    entry.used = clock_.boot();
    if (!entry.digest) state.waiting[target.pod_uid] = target;
    return entry.digest;
  });
}

void DigestProber::ask(const Target& target) {
  auto digest = ask_pod(target.address);
  if (!digest) return;  // still in `waiting` by the next look, if the pod still is
  state_.with([&](State& state) {
    state.known[target.pod_uid].digest = std::move(digest);
    state.waiting.erase(target.pod_uid);
    // Pods that are gone are the ones nobody asked about for longest.
    while (state.known.size() > kKnownMax) {
      auto oldest = state.known.begin();
      for (auto it = state.known.begin(); it != state.known.end(); ++it) {
        if (it->second.used < oldest->second.used) oldest = it;
      }
      state.known.erase(oldest);
    }
  });
  answered_(target.rollout);
}

void DigestProber::run(std::stop_token stop) {
  std::mutex mutex;
  std::condition_variable_any wake;
  while (!stop.stop_requested()) {
    std::vector<Target> targets;
    state_.with([&](State& state) {
      for (const auto& [uid, target] : state.waiting) targets.push_back(target);
      state.waiting.clear();
    });
    for (const Target& target : targets) {
      if (stop.stop_requested()) return;
      ask(target);
    }
    for (const Target& target : targets) {
      state_.with([&](State& state) {
        if (!state.known[target.pod_uid].digest) state.waiting.emplace(target.pod_uid, target);
      });
    }
    std::unique_lock lock(mutex);
    wake.wait_for(lock, stop, kProbeEvery, [] { return false; });
  }
}

}  // namespace pawl::adapters
