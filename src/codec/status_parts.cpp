#include "codec/status_parts.h"

#include "codec/enums.h"
#include "json/decimal.h"

namespace pawl::codec {
namespace {

constexpr double kMeanBound = 1e9;

double read_mean(const json::Cursor& at, std::string_view key) {
  return at.optional_decimal(key, {-kMeanBound, kMeanBound}).value_or(0);
}

}  // namespace

void put_text(Json& into, const char* key, std::string_view text, std::size_t max) {
  if (!text.empty()) into[key] = json::clip(text, max);
}

void put_time(Json& into, const char* key, const std::optional<Instant>& time) {
  if (time) into[key] = format_rfc3339(*time);
}

domain::RevisionRef read_ref(const json::Cursor& at) {
  domain::RevisionRef ref;
  ref.name = at.required_string("revision", kStoredName);
  ref.digest = at.optional_string("digest", {0, kDigestMax}).value_or("");
  return ref;
}

void put_ref(Json& into, const domain::RevisionRef& ref) {
  into["revision"] = json::clip(ref.name, kNameMax);
  into["digest"] = json::clip(ref.digest, kDigestMax);
}

domain::ScoreRow read_score_row(const json::Cursor& at) {
  domain::ScoreRow row;
  row.capability = at.required_string("capability", {1, 252});
  row.stable_mean = read_mean(at, "stableMean");
  row.canary_mean = read_mean(at, "canaryMean");
  row.stable_n = at.optional_integer("stableN", {.min = 0}).value_or(0);
  row.canary_n = at.optional_integer("canaryN", {.min = 0}).value_or(0);
  row.state = at.optional_enum("state", kCapabilityStateNames).value_or(row.state);
  const auto lower = at.optional_decimal("differenceLower", {-1, 1});
  const auto upper = at.optional_decimal("differenceUpper", {-1, 1});
  if (lower && upper) row.difference = domain::Interval{*lower, *upper};
  return row;
}

Json render_score_row(const domain::ScoreRow& row) {
  Json out{{"capability", json::clip(row.capability, 63)},
           {"stableMean", json::format_decimal(row.stable_mean)},
           {"canaryMean", json::format_decimal(row.canary_mean)},
           {"stableN", row.stable_n},
           {"canaryN", row.canary_n},
           {"state", json::enum_name(kCapabilityStateNames, row.state)}};
  if (row.difference) {
    out["differenceLower"] = json::format_decimal(row.difference->lower);
    out["differenceUpper"] = json::format_decimal(row.difference->upper);
  }
  return out;
}

}  // namespace pawl::codec
