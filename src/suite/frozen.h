// What marks a frozen case, and what a case of the regression tier must have gone through. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "domain/gate/case.h"

namespace pawl::suite {

/// Drafts carry it until somebody has run red and green.
inline constexpr const char* kDraftTag = "draft";

/// "frozen/" and the first 16 digits of the content's digest.
std::string frozen_id(const domain::Case& one);
/// Whether an id has that form.
bool is_frozen_id(std::string_view id);

/// Tagged so, or a frozen case that does not say on which bundles it was red and green: taking the tag off is no proof.
bool is_draft(const domain::Case& one);
/// A case that says "frozen/..." and is not what was frozen: its content, or its id, was changed by hand.
bool is_forged(const domain::Case& one);

/// The ids of the frozen cases, sorted.
std::vector<std::string> frozen_ids(const std::vector<domain::Case>& cases);

}  // namespace pawl::suite
