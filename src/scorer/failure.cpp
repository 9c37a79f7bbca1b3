#include "scorer/failure.h"

#include <nlohmann/json.hpp>

namespace pawl::scorer {

using Json = nlohmann::json;

Json failure_json(const Failure& failure) {
  Json out = Json::parse(write_interaction(failure.interaction));
  out["agent.revision"] = failure.sender.revision;
  out["gen_ai.agent.name"] = failure.agent();
  out["capability"] = failure.grade.capability;
  out["score"] = failure.grade.score;
  out["failed"] = failure.grade.failed;
  out["violations"] = failure.grade.violations;
  return out;
}

std::optional<Failure> read_failure(std::string_view json) {
  auto records = read_interactions(json);
  if (!records || records->size() != 1) return std::nullopt;
  Failure out;
  out.interaction = std::move(records->front());
  out.sender = {"", out.interaction.agent, out.interaction.claimed_revision};
  try {
    const Json record = Json::parse(json);
    out.grade.capability = record.at("capability").get<std::string>();
    out.grade.score = record.at("score").get<double>();
    out.grade.failed = record.at("failed").get<std::vector<std::string>>();
    out.grade.violations = record.at("violations").get<std::vector<std::string>>();
  } catch (const Json::exception&) {
    return std::nullopt;
  }
  return out;
}

}  // namespace pawl::scorer
