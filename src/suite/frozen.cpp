#include "suite/frozen.h"

#include <algorithm>

#include "suite/case_codec.h"

namespace pawl::suite {
namespace {

constexpr std::string_view kPrefix = "frozen/";
constexpr std::size_t kDigits = 16;

}  // namespace

std::string frozen_id(const domain::Case& one) { return std::string(kPrefix) + content_digest(one).substr(0, kDigits); }

bool is_frozen_id(std::string_view id) {
  if (!id.starts_with(kPrefix) || id.size() != kPrefix.size() + kDigits) return false;
  id.remove_prefix(kPrefix.size());
  return id.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

bool is_draft(const domain::Case& one) {
  const bool unproven = is_frozen_id(one.id) && (one.provenance.faulty.empty() || one.provenance.correct.empty());
  return unproven || std::find(one.tags.begin(), one.tags.end(), kDraftTag) != one.tags.end();
}

bool is_forged(const domain::Case& one) { return one.id.starts_with(kPrefix) && one.id != frozen_id(one); }

std::vector<std::string> frozen_ids(const std::vector<domain::Case>& cases) {
  std::vector<std::string> ids;
  for (const domain::Case& one : cases) {
    if (is_frozen_id(one.id)) ids.push_back(one.id);
  }
  std::sort(ids.begin(), ids.end());
  return ids;
}

}  // namespace pawl::suite
