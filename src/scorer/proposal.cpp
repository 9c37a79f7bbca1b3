#include "scorer/proposal.h"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "base/sha256.h"
#include "json/lookup.h"
#include "scorer/kube_objects.h"

namespace pawl::scorer {
namespace {

using Json = nlohmann::json;

constexpr const char* kRejectedByGate = "RejectedByGate";
constexpr const char* kGuardrailViolated = "GuardrailViolated";
constexpr std::size_t kNameDigits = 16;

/// Which failures a revision was taken back for.
class Concern {
 public:
  Concern(const TakenBack& taken, const Grading& grading) : only_violations_(taken.reason == kGuardrailViolated) {
    for (const Capability& capability : grading.capabilities()) {
      if (std::find(taken.lost.begin(), taken.lost.end(), capability.name) != taken.lost.end()) {
        lost_.insert(capability.name);
      }
    }
  }

  [[nodiscard]] bool with(const Failure& failure) const {
    if (failure.grade.capability.empty() || failure.interaction.input.empty()) {
      return false;  // no case could be made of it
    }
    if (!failure.grade.violations.empty() || lost_.contains(failure.grade.capability)) return true;
    return lost_.empty() && !only_violations_;
  }

 private:
  std::set<std::string> lost_;
  bool only_violations_;
};

/// One line: what was asked and answered, and what was wrong with it. Nothing of who asked.
std::string line_of(const Failure& failure, const TakenBack& taken, const Grading& grading) {
  Interaction it = failure.interaction;
  it.agent = failure.agent();
  it.claimed_revision = taken.digest;
  it.conversation.clear();
  it.input = grading.scrubbed(it.input);
  it.output = grading.scrubbed(it.output);
  it.error = grading.scrubbed(it.error);
  for (ToolCall& call : it.tool_calls) call.arguments = grading.scrubbed(call.arguments);
  Json record = Json::parse(write_interaction(it));
  record["capability"] = failure.grade.capability;
  record["failed"] = failure.grade.failed;
  record["violations"] = failure.grade.violations;
  return record.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string chosen_lines(const TakenBack& taken, const std::vector<Failure>& failures, const Grading& grading) {
  const Concern concern(taken, grading);
  std::set<std::string> inputs;
  std::map<std::string, std::size_t> of_capability;
  std::string lines;
  for (auto failure = failures.rbegin(); failure != failures.rend() && inputs.size() < kProposedMax; ++failure) {
    const std::string& capability = failure->grade.capability;
    if (!concern.with(*failure) || of_capability[capability] == kProposedOfOneCapability) continue;
    if (inputs.contains(failure->interaction.input)) continue;
    const std::string line = line_of(*failure, taken, grading);
    if (lines.size() + line.size() > kProposedBytesMax) continue;
    inputs.insert(failure->interaction.input);
    ++of_capability[capability];
    lines += line;
  }
  return lines;
}

std::vector<std::string> lost_in(const Json& status) {
  std::vector<std::string> out;
  for (const Json& row : status.value("scoreboard", Json::array())) {
    if (json::text_at(row, "state") == "Lost") out.push_back(json::text_at(row, "capability"));
  }
  return out;
}

Json owner_of(const TakenBack& taken) {
  return {{"apiVersion", "pawl.dev/v1alpha1"},
          {"kind", "AgentRollout"},
          {"name", taken.rollout},
          {"uid", taken.rollout_uid}};
}

}  // namespace

std::vector<TakenBack> taken_back(const std::vector<Json>& rollouts) {
  std::vector<TakenBack> out;
  for (const Json& rollout : rollouts) {
    const Json meta = json::object_at(rollout, "metadata");
    const Json status = json::object_at(rollout, "status");
    const Json last = json::object_at(status, "lastDecision");
    const std::string agent = json::text_at(json::object_at(rollout, "spec"), "agent");
    for (const Json& entry : status.value("quarantine", Json::array())) {
      const std::string digest = json::text_at(entry, "digest");
      if (digest.size() < kNameDigits || agent.empty() || json::text_at(entry, "reason") == kRejectedByGate) continue;
      TakenBack taken{json::text_at(meta, "namespace"),
                      json::text_at(meta, "name"),
                      json::text_at(meta, "uid"),
                      agent,
                      json::text_at(entry, "revision"),
                      digest,
                      json::text_at(entry, "reason"),
                      {},
                      {}};
      if (json::text_at(last, "digest") == digest) {
        taken.record = json::text_at(last, "record");
        taken.lost = lost_in(status);
      }
      out.push_back(std::move(taken));
    }
  }
  return out;
}

std::optional<Json> proposal(const TakenBack& taken, const std::vector<Failure>& failures, const Grading& grading) {
  const std::string lines = chosen_lines(taken, failures, grading);
  if (lines.empty()) return std::nullopt;
  Json annotations{
      {"pawl.dev/agent", taken.agent}, {"pawl.dev/digest", taken.digest}, {"pawl.dev/content", sha256_hex(lines)}};
  for (const auto& [key, value] :
       {std::pair{"pawl.dev/taken-back", taken.revision}, std::pair{"pawl.dev/reason", taken.reason},
        std::pair{"pawl.dev/decision-record", taken.record}}) {
    if (!value.empty()) annotations[key] = value;
  }
  const Json meta{{"name", "pawl-failures-" + taken.digest.substr(0, kNameDigits)},
                  {"namespace", taken.ns},
                  {"labels", {{kProposedLabel, taken.rollout.substr(0, 63)}}},
                  {"annotations", annotations},
                  {"ownerReferences", Json::array({owner_of(taken)})}};
  return Json{{"apiVersion", "v1"},
              {"kind", "ConfigMap"},
              {"immutable", true},
              {"metadata", meta},
              {"data", {{kProposedKey, lines}}}};
}

}  // namespace pawl::scorer
