#include "controllers/rollout_controller.h"

#include <algorithm>

#include "base/log.h"
#include "codec/status_codec.h"
#include "domain/rollout/advance.h"
#include "domain/rollout/sound.h"

namespace pawl::controllers {
namespace {

constexpr Duration kAskAgain{5'000};  ///< after a refusal; so often a decision that is still refused is tried

void log_decision(const ports::RolloutKey& key, const domain::Advance& answer) {
  const domain::Decision& d = *answer.status.last_decision;
  log::info("decision", {{"rollout", key.ns + "/" + key.name},
                         {"what", d.what},
                         {"revision", d.revision.name},
                         {"rule", answer.why.rule},
                         {"reason", d.reason},
                         {"canary_bp", std::to_string(answer.status.weights.desired)},
                         {"record", d.record},
                         {"message", d.message}});
}

/// A decision says that an edit did not ship; this says of what kind the loss is, once, when its condition appears.
std::optional<domain::Decision> silent_loss(const domain::RolloutStatus& before, const domain::RolloutStatus& after) {
  const char* const kind = domain::kMeanUpSkillDown;
  if (domain::is_true(before.conditions, kind) || !domain::is_true(after.conditions, kind)) return std::nullopt;
  const domain::Condition* const found = domain::find_condition(after.conditions, kind);
  domain::Decision told;
  told.what = "Warned";
  told.reason = domain::kMeanUpSkillDown;
  told.message = found->message;
  told.at = found->last_transition;
  told.record = format_rfc3339(found->last_transition);
  return told;
}

}  // namespace

Result<Reconciled> RolloutController::reconcile(const ports::RolloutKey& key, Instant now) {
  auto observed = world_.observe(key, now);
  if (!observed) return fail(observed.error());
  if (!observed->has_value()) {
    evidence_.forget(key);
    refused_.with([&](auto& refused) { refused.erase(key); });
    return Reconciled{};
  }
  domain::Observation& seen = **observed;
  seen.judgement = evidence_.judge(key, seen, now);
  seen.world.measures_share = seen.judgement.share.configured;
  seen.world.measured_share = seen.judgement.share.basis_points;
  seen.world.measured_about_zero = seen.judgement.share.about_zero;

  const std::string refused = refusal_of(key);
  if (seen.denied.empty()) seen.denied = refused;
  domain::Advance answer = domain::advance(seen, now);
  auto done = act(key, seen, answer, now);
  if (!done) {
    note_refusal(key, done.error());
    return done;
  }
  if (refused.empty()) return done;
  // All that is wanted now was done. Whether the decision that was refused would be is seen by deciding again.
  refused_.with([&](auto& all) { all.erase(key); });
  done->wake_at = std::min(done->wake_at.value_or(now + kAskAgain), now + kAskAgain);
  return done;
}

Result<Reconciled> RolloutController::act(const ports::RolloutKey& key, const domain::Observation& seen,
                                          domain::Advance& answer, Instant now) {
  if (answer.status.weights.changes != seen.status.weights.changes) evidence_.share_decided(key, answer.status);
  const auto persisted = persist(key, seen, answer);
  if (!persisted) return fail(persisted.error());
  const auto executed = execute(key, seen, answer.status);
  // Traffic first: telling it may take as long as the API server likes.
  if (answer.decided) world_.announce(key, seen, *answer.status.last_decision);
  if (const auto loss = silent_loss(seen.status, answer.status)) world_.announce(key, seen, *loss);
  if (!executed) return fail(executed.error());
  if (domain::unsound(answer.status)) return Reconciled{answer.wake_at, *persisted || *executed};
  if (auto told = world_.write_revisions(key, seen, answer.status, domain::refusals(seen), now); !told) {
    return fail(told.error());
  }
  return Reconciled{answer.wake_at, *persisted || *executed};
}

/// The next look tells it in a condition: this one may not even have got as far as its status.
void RolloutController::note_refusal(const ports::RolloutKey& key, const Error& error) {
  if (error.kind != ErrorKind::Denied) return;
  refused_.with([&](auto& refused) { refused[key] = error.message; });
}

std::string RolloutController::refusal_of(const ports::RolloutKey& key) const {
  return refused_.with([&](const auto& refused) {
    const auto it = refused.find(key);
    return it == refused.end() ? std::string() : it->second;
  });
}

/// The record first, then the status that names it by hash: a status never names a record that is not there, and
/// a record that no status names is not part of the chain.
Result<bool> RolloutController::persist(const ports::RolloutKey& key, const domain::Observation& seen,
                                        domain::Advance& answer) {
  if (answer.decided) {
    const domain::Record record = domain::make_record(seen, answer, actor_);
    answer.status.last_decision->record_sha256 = domain::record_sha256(domain::canonical_text(record));
    if (auto stored = world_.write_record(key, record); !stored) return fail(stored.error());
  }
  // Compared with anything but what is stored, a status with a long message would be written at every look.
  if (answer.status == seen.status || codec::as_stored(answer.status, seen.spec) == seen.status) return false;
  if (auto written = world_.write_status(key, seen, answer.status); !written) return fail(written.error());
  if (answer.decided) log_decision(key, answer);
  return true;
}

Result<bool> RolloutController::execute(const ports::RolloutKey& key, const domain::Observation& seen,
                                        const domain::RolloutStatus& status) {
  bool any = false;
  for (const domain::Effect& effect : domain::converge(seen.spec, status, seen.world, seen.deleting)) {
    if (auto done = world_.execute(key, seen, effect); !done) {
      return fail(done.error().during(domain::describe(effect)));
    }
    log::debug("effect", {{"rollout", key.ns + "/" + key.name}, {"effect", domain::describe(effect)}});
    any = true;
  }
  return any;
}

}  // namespace pawl::controllers
