#include "cli/rollout/status_screen.h"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "cli/rollout/risk.h"
#include "cli/rollout/score_table.h"
#include "cli/rollout/status_parts.h"
#include "cli/shell_words.h"
#include "cli/text.h"
#include "codec/enums.h"
#include "codec/share.h"
#include "codec/status_codec.h"

namespace pawl::cli {
namespace {

using domain::Phase;

std::string heading(const Picture& p) {
  std::string out = p.ns + "/" + p.name + "  " + phase_words(p.status.phase);
  if (p.status.step >= 0 && !p.spec.steps.empty()) {
    out += fmt::format("  step {} of {}", p.status.step + 1, p.spec.steps.size());
  }
  if (p.deleting) out += "  BEING DELETED";
  if (p.spec.paused) out += "  PAUSED";
  if (p.spec.enforcement == domain::Enforcement::Observe) out += "  OBSERVE (nothing is enforced)";
  out += "  at " + format_rfc3339(std::chrono::floor<std::chrono::seconds>(p.now));
  return left(printable(out), std::min(width_of(printable(out)), kScreenWidth)) + "\n";
}

/// The urgent part: users, why, what was done, what comes, what to do, how sure.
std::string answers(const Picture& p) {
  std::string out = labelled("Users", users_at_risk(p).text, 2);
  out += labelled("Why", why_text(p), 3);
  out += labelled("Action", action_text(p), 2);
  out += labelled("Next", next_text(p), 2);
  out += labelled("Sure", certainty_text(p), 2);
  out += labelled("You", what_to_do(p), 2);
  for (const std::string& command : commands_to_paste(p)) out += "        " + command + "\n";
  return out;
}

std::string edit_part(const Picture& p) {
  if (!p.edit) {
    return labelled("EDIT",
                    revision_in_question(p.status).empty()
                        ? "none yet"
                        : "AgentRevision " + revision_in_question(p.status) + " could not be read",
                    1);
  }
  std::string out = labelled("EDIT", authorship(*p.edit, p.now), 2);
  out += labelled("", changes(*p.edit), 3);
  if (!claim(*p.edit).empty()) out += labelled("", "claims " + claim(*p.edit), 2);
  return out;
}

std::string notes(const Picture& p) {
  std::string out;
  if (p.generation != p.status.observed_generation) {
    out += labelled("Note",
                    fmt::format("the operator has not looked at generation {} of the spec yet; it stands at {}",
                                p.generation, p.status.observed_generation),
                    2);
  }
  for (const char* type : {"LossBudgetSpent", "StableDrifting", "EvidenceTooSlow"}) {
    const domain::Condition* condition = domain::find_condition(p.status.conditions, type);
    if (condition != nullptr) out += labelled("Note", condition->message, 4);
  }
  for (const std::string& text : p.not_read) out += labelled("Note", text, 2);
  const std::string at = shell_word(p.name) + " -n " + shell_word(p.ns);
  return out + labelled("Look", "pawl why " + at + " | pawl provenance verify " + at, 2);
}

nlohmann::json edit_json(const Edit& edit) {
  nlohmann::json out{{"revision", edit.revision},
                     {"author", edit.spec.author_name},
                     {"authorKind", json::enum_name(codec::kAuthorKindNames, edit.spec.author_kind)},
                     {"run", edit.spec.author_run},
                     {"files", nlohmann::json::array()}};
  if (edit.spec.parent) out["parent"] = *edit.spec.parent;
  if (edit.proposed) out["proposedAt"] = format_rfc3339(*edit.proposed);
  for (const FileEdit& file : edit.files) {
    out["files"].push_back({{"path", file.path}, {"added", file.lines.added}, {"removed", file.lines.removed}});
  }
  return out;
}

}  // namespace

std::string status_screen(const Picture& p) {
  std::string out = heading(p) + answers(p) + "\n" + traffic_part(p) + "\n" + breaker_part(p);
  const auto rows = scoreboard_of(p);
  if (!rows.empty()) out += "\n" + score_table(rows, p.spec.analysis.min_samples);
  return out + "\n" + edit_part(p) + gate_part(p) + steps_part(p) + ledger_part(p) + notes(p);
}

nlohmann::json status_json(const Picture& p) {
  const RiskAnswer risk = users_at_risk(p);
  nlohmann::json out{{"namespace", p.ns},
                     {"rollout", p.name},
                     {"at", format_rfc3339(p.now)},
                     {"phase", json::enum_name(codec::kPhaseNames, p.status.phase)}};
  out["usersAtRisk"] = {{"answer", risk_word(risk.risk)}, {"text", risk.text}};
  out["why"] = why_text(p);
  out["action"] = action_text(p);
  out["next"] = next_text(p);
  out["commands"] = commands_to_paste(p);
  out["status"] = codec::render_rollout_status(p.status, p.spec);
  if (p.gate_progress) {
    out["gateProgress"] = {{"done", p.gate_progress->done}, {"planned", p.gate_progress->planned}};
  }
  if (p.edit) out["edit"] = edit_json(*p.edit);
  out["notRead"] = p.not_read;
  return out;
}

}  // namespace pawl::cli
