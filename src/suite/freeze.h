// A production failure becomes a case that every later edit must pass. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "domain/gate/case.h"
#include "suite/case_codec.h"

namespace pawl::suite {

/// Drafts carry it until somebody has run red and green.
inline constexpr const char* kDraftTag = "draft";

struct FreezeOrder {
  std::string capability;  ///< empty: the record's own
  std::string incident;
  std::string reviewer;
};

/// One interaction record (JSON) as a draft: the same input, and the expectation that the answer is not what it was.
/// A reviewer may replace that by what is right. The id is the content's digest, so that one failure frozen twice is
/// one case. Invalid when the record lacks what a case needs; the message names the field.
Result<domain::Case> draft_from_record(std::string_view record, const FreezeOrder& order);

/// Records one a line, or one alone in any layout, as drafts; records that give the same draft give it once. A record
/// that gives none is a fault with its line.
CaseFile drafts_from_records(std::string_view text, const FreezeOrder& order);

/// Whether a case passed, epoch by epoch.
struct RedGreen {
  std::vector<bool> on_faulty;   ///< the revision that failed in production
  std::vector<bool> on_correct;  ///< one that does it right
};

/// The case as it enters the regression tier: it must fail on the faulty revision in most epochs, and pass on the
/// correct one in two of three. Invalid otherwise, with what was seen.
Result<domain::Case> admit(domain::Case draft, const RedGreen& outcomes);

/// "frozen/" and the first 16 digits of the content's digest.
std::string frozen_id(const domain::Case& one);

/// Frozen cases are permanent; one is set aside only by a record with an owner.
struct Waiver {
  std::string case_id;
  std::string owner;
  std::string reason;
  Instant date{};
  bool operator==(const Waiver&) const = default;
};
struct WaiverFile {
  std::vector<Waiver> waivers;
  std::vector<LineFault> faults;
};
/// One waiver a line: {"case", "owner", "reason", "date"}, all required.
WaiverFile read_waivers(std::string_view text);
std::string write_waiver(const Waiver& waiver);

/// The cases that count, and the names of waivers that waive nothing.
struct Waived {
  std::vector<domain::Case> cases;
  std::vector<std::string> unused;
};
Waived apply_waivers(std::vector<domain::Case> cases, const std::vector<Waiver>& waivers);

}  // namespace pawl::suite
