#include "codec/display.h"

#include <fmt/format.h>

#include "codec/share.h"
#include "codec/status_parts.h"

namespace pawl::codec {
namespace {

std::string next_text(const domain::NextAction& next) {
  if (!next.at) return next.what;
  return next.what.empty() ? format_rfc3339(*next.at) : fmt::format("{} at {}", next.what, format_rfc3339(*next.at));
}

std::string message_text(const domain::RolloutStatus& status) {
  const domain::Condition* ready = domain::find_condition(status.conditions, "Ready");
  if (ready != nullptr && !ready->message.empty()) return ready->message;
  return status.last_decision ? status.last_decision->message : std::string{};
}

}  // namespace

std::string step_text(int step, std::size_t steps) {
  return step < 0 ? std::string{} : fmt::format("{}/{}", step + 1, steps);
}

std::string worst_text(const std::vector<domain::ScoreRow>& scoreboard) {
  const domain::ScoreRow* worst = nullptr;
  const auto gain = [](const domain::ScoreRow& row) { return row.canary_mean - row.stable_mean; };
  for (const domain::ScoreRow& row : scoreboard) {
    if (row.stable_n == 0 || row.canary_n == 0) continue;
    if (worst == nullptr || gain(row) < gain(*worst)) worst = &row;
  }
  if (worst == nullptr) return {};
  return fmt::format("{} {:+.2f}", json::clip(worst->capability, 63), gain(*worst));
}

nlohmann::json render_display(const domain::RolloutStatus& status, const domain::RolloutSpec& spec) {
  Json display = Json::object();
  put_text(display, "step", step_text(status.step, spec.steps.size()), 16);
  put_text(display, "weight", format_share(status.weights.desired), 16);
  if (status.weights.measured) put_text(display, "measured", format_share(*status.weights.measured), 16);
  if (status.stable) put_text(display, "stable", status.stable->name, kNameMax);
  if (status.candidate) put_text(display, "candidate", status.candidate->revision.name, kNameMax);
  put_text(display, "worst", worst_text(status.scoreboard), 96);
  put_text(display, "next", next_text(status.next), 320);
  put_text(display, "message", message_text(status), kTextMax);
  return display;
}

}  // namespace pawl::codec
