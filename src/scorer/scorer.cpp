#include "scorer/scorer.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "domain/gate/question_mark.h"

namespace pawl::scorer {

using Json = nlohmann::json;

Scorer::Scorer(Grading grading, std::shared_ptr<SenderIdentity> identity, std::shared_ptr<const Cohorts> cohorts,
               std::unique_ptr<FailureStore> failures, const Clock& clock, Options options)
    : grading_(std::move(grading)),
      identity_(std::move(identity)),
      cohorts_(std::move(cohorts)),
      clock_(clock),
      options_(options),
      queue_(options.queue),
      failures_(std::move(failures)) {}

Answer Scorer::reject(int status, const std::string& reason, const std::string& message) {
  metrics_.rejected(reason);
  return refusal(status, message);
}

Answer Scorer::accept(const std::string& authorization, const std::string& body) {
  const std::string token = bearer_of(authorization);
  if (token.empty()) return reject(401, "no_token", "a bearer token is needed");
  const auto sender = identity_->identify(token);
  if (!sender) {
    const bool denied = sender.error().kind == ErrorKind::Denied;
    return denied ? reject(401, "unknown_sender", sender.error().message)
                  : reject(503, "identity_unavailable", sender.error().message);
  }
  if (sender->revision.empty()) return reject(403, "no_revision", "the sending pod has no revision label");
  auto records = read_interactions(body);
  if (!records) return reject(400, "malformed", records.error().message);
  int taken = 0;
  for (Interaction& record : *records) {
    if (asked_by_the_gate(record)) {  // told as accepted: the agent must not learn which question it was
      ++taken;
      continue;
    }
    // A start in the future would count for a rollout that is yet to begin.
    record.start = std::min(record.start, clock_.wall());
    if (queue_.push({std::move(record), *sender})) ++taken;
    else metrics_.dropped();
  }
  return {202, Json{{"accepted", taken}, {"dropped", static_cast<int>(records->size()) - taken}}.dump()};
}

bool Scorer::asked_by_the_gate(const Interaction& interaction) const {
  return !options_.gate_key.empty() && domain::is_marked(options_.gate_key, interaction.conversation);
}

Arm Scorer::arm_of(const Item& item) const {
  const std::string& agent = item.sender.agent.empty() ? item.interaction.agent : item.sender.agent;
  Arm arm{agent, item.sender.revision, ""};
  const auto cohort = cohorts_->live(agent);
  if (cohort && item.interaction.start >= cohort->began) arm.rollout = cohort->rollout;
  return arm;
}

void Scorer::count(const Item& item) {
  const Grade grade = grading_.grade(item.interaction);
  const Arm arm = arm_of(item);
  for (const std::string& name : grade.violations) metrics_.violation(arm, name);
  if (!item.interaction.error.empty()) metrics_.event(arm, "error");
  for (const std::string& kind : item.interaction.events) metrics_.event(arm, kind);
  if (grade.capability.empty()) metrics_.event(arm, "ungraded");
  else metrics_.score(arm, grade.capability, grading_.evaluator(), grading_.version(), grade.score);
  metrics_.interaction(arm, std::max(Duration{0}, item.interaction.end - item.interaction.start));
  if (!grade.failed.empty() || !grade.violations.empty()) failures_->add({item.interaction, item.sender, grade});
}

std::string Scorer::failures(const std::string& agent) const {
  Json out = Json::array();
  for (const Failure& failure : failures_->all()) {
    if (!agent.empty() && failure.agent() != agent) continue;
    out.push_back(failure_json(failure));
  }
  return Json{{"failures", out}}.dump(-1, ' ', false, Json::error_handler_t::replace);
}

void Scorer::run(std::stop_token stop) {
  while (auto item = queue_.pop(stop)) count(*item);
}

}  // namespace pawl::scorer
