// What a revision changed: who made it, and how it differs from its parent. Pure.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "cli/rollout/line_diff.h"
#include "domain/rollout/spec.h"

namespace pawl::cli {

enum class FileFate { Changed, New, Removed };

struct FileEdit {
  std::string path;
  FileFate fate = FileFate::Changed;
  LineDiff lines;
};

struct Edit {
  std::string revision;
  domain::RevisionSpec spec;
  std::optional<Instant> proposed;
  bool parent_known = false;    ///< false with a parent named: it is gone, so nothing can be compared
  std::vector<FileEdit> files;  ///< against the parent, by path; unchanged files are left out
};

Edit describe_edit(std::string revision, domain::RevisionSpec spec, std::optional<Instant> proposed,
                   const std::optional<domain::RevisionSpec>& parent);

/// "r4 <- r2, by agent support-bot, run 5521, proposed 11:22:21Z (12s ago)"
std::string authorship(const Edit& edit, Instant now);
/// "prompt/system.md +2 -1, tools/refund.json new +6"
std::string changes(const Edit& edit);
/// "to improve refunds: customers asked..." Empty when the author claims nothing.
std::string claim(const Edit& edit);

}  // namespace pawl::cli
