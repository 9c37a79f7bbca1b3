#include "controllers/rollout_worker.h"

#include <algorithm>

#include "base/log.h"

namespace pawl::controllers {
namespace {

using Kind = runtime::Outcome::Kind;

runtime::Outcome queue_outcome(const Result<Reconciled>& result, Instant now) {
  if (!result) {
    const ErrorKind kind = result.error().kind;
    if (kind == ErrorKind::Conflict) return {Kind::Stale, {}};
    if (kind == ErrorKind::RateLimited && result.error().retry_after) return {Kind::After, *result.error().retry_after};
    return {Kind::Failed, {}};
  }
  if (result->wake_at) return {Kind::After, std::max(Duration{0}, *result->wake_at - now)};
  return {Kind::Done, {}};
}

std::string result_word(const Result<Reconciled>& result) {
  if (!result) return result.error().kind == ErrorKind::Conflict ? "stale" : "failed";
  return result->wrote ? "wrote" : "done";
}

}  // namespace

std::string queue_key(const ports::RolloutKey& key) { return key.ns + "/" + key.name; }

ports::RolloutKey rollout_key(const std::string& queue_key) {
  const auto slash = queue_key.find('/');
  return {queue_key.substr(0, slash), queue_key.substr(slash + 1)};
}

void RolloutWorker::work(const std::string& key) {
  const BootTime began = clock_.boot();
  const Instant now = clock_.wall();
  const auto result = controller_.reconcile(rollout_key(key), now);
  if (!result && result.error().kind != ErrorKind::Conflict) {
    log::warn(
        "reconcile failed",
        {{"rollout", key}, {"kind", std::string(to_string(result.error().kind))}, {"error", result.error().message}});
  }
  queue_.done(key, queue_outcome(result, now));
  if (observer_) observer_({result_word(result), std::chrono::duration_cast<Duration>(clock_.boot() - began)});
}

void RolloutWorker::run(std::stop_token stop) {
  while (const auto key = queue_.get(stop)) work(*key);
}

}  // namespace pawl::controllers
