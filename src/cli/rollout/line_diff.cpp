#include "cli/rollout/line_diff.h"

#include "domain/lineage/lines.h"

namespace pawl::cli {

LineDiff diff_lines(std::string_view before, std::string_view after) {
  const auto old_lines = domain::lines_of(before);
  const auto new_lines = domain::lines_of(after);
  const std::size_t shared = domain::shared_lines(old_lines, new_lines).size();
  return {new_lines.size() - shared, old_lines.size() - shared};
}

}  // namespace pawl::cli
