// A production failure becomes a case that every later edit must pass. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "domain/gate/case.h"
#include "suite/case_codec.h"
#include "suite/frozen.h"

namespace pawl::suite {

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
  std::string faulty_digest{};   ///< of the bundle that was asked; empty: not told
  std::string correct_digest{};
};

/// The case as it enters the regression tier: it must fail on the faulty revision in most epochs, and pass on the
/// correct one in two of three; the digests of both go into its provenance. Invalid otherwise, with what was seen.
Result<domain::Case> admit(domain::Case draft, const RedGreen& outcomes);

}  // namespace pawl::suite
