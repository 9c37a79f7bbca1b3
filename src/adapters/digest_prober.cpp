#include "adapters/digest_prober.h"

#include <algorithm>
#include <thread>
#include <vector>

#include <httplib.h>
#include <nlohmann/json.hpp>

#include "kube/call_watchdog.h"

namespace pawl::adapters {
namespace {

constexpr Duration kProbeTimeout{2'000};  ///< for all of one exchange
constexpr std::size_t kAnswerMax = 4096;
constexpr int kAtOnce = 4;
constexpr std::size_t kKnownMax = 20'000;

Duration pause_after(int failures, const DigestProber::Patience& patience) {
  return std::min(patience.longest_pause, patience.first_pause * (1 << std::min(failures - 1, 10)));
}

std::optional<std::string> ask_pod(const DigestProber::Target& target, const Clock& clock,
                                   const std::stop_token& stop) {
  httplib::Client client(target.ip, target.port);
  client.set_connection_timeout(kProbeTimeout);
  client.set_read_timeout(kProbeTimeout);
  std::string text;
  const auto receive = [&text](const char* data, std::size_t size) {
    if (text.size() + size > kAnswerMax) return false;
    text.append(data, size);
    return true;
  };
  kube::CallWatchdog watchdog(clock, kProbeTimeout, stop, [&client] { client.stop(); });
  const auto answer = client.Get("/revision", receive);
  if (watchdog.finish() != kube::CallWatchdog::Verdict::None || !answer || answer->status != 200) return std::nullopt;
  const auto body = nlohmann::json::parse(text, nullptr, false);
  if (!body.is_object() || !body.contains("digest") || !body["digest"].is_string()) return std::nullopt;
  return body["digest"].get<std::string>();
}

}  // namespace

std::optional<std::string> DigestProber::digest_of(const Target& target) {
  const std::scoped_lock lock(mutex_);
  if (const auto known = known_.find(target.pod_uid); known != known_.end()) {
    known->second.used = clock_.boot();
    return known->second.digest;
  }
  if (questions_.try_emplace(target.pod_uid, Question{target, 0, clock_.boot(), false}).second) tell();
  return std::nullopt;
}

void DigestProber::run(const std::stop_token& stop) {
  std::vector<std::jthread> threads;
  for (int i = 0; i < kAtOnce; ++i) threads.emplace_back([this, &stop] { work(stop); });
}

void DigestProber::work(const std::stop_token& stop) {
  while (const auto target = next(stop)) {
    const auto digest = ask_pod(*target, clock_, stop);
    if (digest) answered(*target, *digest);
    if (digest || failed(*target)) look_again_(target->rollout);
  }
}

std::optional<DigestProber::Target> DigestProber::next(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  while (!stop.stop_requested()) {
    const BootTime now = clock_.boot();
    BootTime wait = patience_.longest_pause;
    for (auto& [uid, question] : questions_) {
      if (question.taken) continue;
      if (question.due <= now) {
        question.taken = true;
        return question.target;
      }
      wait = std::min(wait, question.due - now);
    }
    const std::uint64_t seen = changes_;
    changed_.wait_for(lock, stop, wait, [&] { return changes_ != seen; });
  }
  return std::nullopt;
}

void DigestProber::answered(const Target& target, const std::string& digest) {
  const std::scoped_lock lock(mutex_);
  known_[target.pod_uid] = {digest, clock_.boot()};
  questions_.erase(target.pod_uid);
  while (known_.size() > kKnownMax) {  // pods that are gone are those which nobody asked about for longest
    known_.erase(std::ranges::min_element(known_, {}, [](const auto& one) { return one.second.used; }));
  }
}

bool DigestProber::failed(const Target& target) {
  const std::scoped_lock lock(mutex_);
  const auto at = questions_.find(target.pod_uid);
  Question& question = at->second;
  question.failures += 1;
  if (question.failures >= patience_.tries) {
    questions_.erase(at);
    return true;
  }
  question.taken = false;
  question.due = clock_.boot() + pause_after(question.failures, patience_);
  tell();
  return false;
}

void DigestProber::tell() {
  ++changes_;
  changed_.notify_all();
}

}  // namespace pawl::adapters
