#include "scorer/scorer.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace pawl::scorer {
namespace {

using Json = nlohmann::json;

/// Empty if the header is not a bearer token.
std::string bearer_of(const std::string& authorization) {
  constexpr std::string_view kScheme = "Bearer ";
  return authorization.rfind(kScheme, 0) == 0 ? authorization.substr(kScheme.size()) : "";
}

}  // namespace

Scorer::Scorer(Grading grading, std::shared_ptr<SenderIdentity> identity, std::shared_ptr<const Cohorts> cohorts,
               const Clock& clock, Options options)
    : grading_(std::move(grading)),
      identity_(std::move(identity)),
      cohorts_(std::move(cohorts)),
      clock_(clock),
      options_(options),
      queue_(options.queue) {}

Answer Scorer::reject(int status, const std::string& reason, const std::string& message) {
  metrics_.rejected(reason);
  return {status, Json{{"error", message}}.dump(-1, ' ', false, Json::error_handler_t::replace)};
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
    // A start in the future would count for a rollout that is yet to begin.
    record.start = std::min(record.start, clock_.wall());
    if (queue_.push({std::move(record), *sender})) ++taken;
    else metrics_.dropped();
  }
  return {202, Json{{"accepted", taken}, {"dropped", static_cast<int>(records->size()) - taken}}.dump()};
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
  if (!grade.failed.empty() || !grade.violations.empty()) remember(item, grade);
}

void Scorer::remember(const Item& item, const Grade& grade) {
  failures_.with([&](std::deque<Failure>& kept) {
    kept.push_back({item.interaction, item.sender, grade});
    while (kept.size() > options_.failures) kept.pop_front();
  });
}

std::string Scorer::failures(const std::string& agent) const {
  const auto kept = failures_.with([](const std::deque<Failure>& all) { return all; });
  Json out = Json::array();
  for (const Failure& failure : kept) {
    const std::string& of = failure.sender.agent.empty() ? failure.interaction.agent : failure.sender.agent;
    if (!agent.empty() && of != agent) continue;
    Json one = Json::parse(write_interaction(failure.interaction));
    one["agent.revision"] = failure.sender.revision;
    one["gen_ai.agent.name"] = of;
    one["capability"] = failure.grade.capability;
    one["score"] = failure.grade.score;
    one["failed"] = failure.grade.failed;
    one["violations"] = failure.grade.violations;
    out.push_back(std::move(one));
  }
  return Json{{"failures", out}}.dump(-1, ' ', false, Json::error_handler_t::replace);
}

void Scorer::run(std::stop_token stop) {
  while (auto item = queue_.pop(stop)) count(*item);
}

}  // namespace pawl::scorer
