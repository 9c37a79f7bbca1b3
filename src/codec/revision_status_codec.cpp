#include "codec/conditions_codec.h"
#include "codec/enums.h"
#include "codec/status_codec.h"
#include "codec/status_parts.h"

namespace pawl::codec {
namespace {

constexpr std::size_t kShortDigest = 12;

}  // namespace

domain::RevisionStatus read_revision_status(const json::Cursor& at, json::Reading& reading) {
  domain::RevisionStatus status;
  status.observed_generation = at.optional_integer("observedGeneration", {.min = 0}).value_or(0);
  status.digest = at.optional_string("digest", {0, kDigestMax}).value_or("");
  status.phase = at.optional_enum("phase", kRevisionPhaseNames).value_or(status.phase);
  status.scoreboard = read_sound_items<domain::ScoreRow>(at, "scoreboard", reading, read_score_row);
  status.conditions = read_conditions(at, reading);
  return status;
}

domain::RevisionStatus parse_revision_status(const Json& status, std::vector<json::Fault>* faults) {
  json::Reading reading;
  domain::RevisionStatus read = read_revision_status(json::Cursor(status, "status", reading), reading);
  if (faults != nullptr) *faults = reading.faults();
  return read;
}

Json render_revision_status(const domain::RevisionStatus& status) {
  Json json{{"observedGeneration", status.observed_generation},
            {"phase", json::enum_name(kRevisionPhaseNames, status.phase)}};
  put_text(json, "digest", status.digest, kDigestMax);
  put_text(json, "shortDigest", std::string_view(status.digest).substr(0, kShortDigest), kShortDigest);
  put_newest(json, "scoreboard", status.scoreboard, kScoreRowsMax, render_score_row);
  json["conditions"] = render_conditions(status.conditions);
  return json;
}

}  // namespace pawl::codec
