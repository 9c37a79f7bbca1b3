// What the commands read from the API server, with the user's own rights. Reads only.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "cli/rollout/picture.h"
#include "cli/rollout/record_reader.h"
#include "kube/client.h"

namespace pawl::cli {

struct RolloutName {
  std::string ns;
  std::string name;
};

/// The rollout alone.
Result<Picture> read_rollout(const kube::Client& client, const RolloutName& which, Instant now);
/// With the edit in question and the last decision's record. What cannot be read of those is noted, not an error.
Result<Picture> read_picture(const kube::Client& client, const RolloutName& which, Instant now);
/// Every ConfigMap that says it is a record of this rollout. `number` not empty: only those stored under it.
Result<std::vector<FoundRecord>> read_records(const kube::Client& client, const RolloutName& which,
                                              const std::string& number = {});

/// One edit as it was proposed.
struct FoundRevision {
  domain::RevisionSpec spec;
  std::optional<Instant> created;
};
Result<FoundRevision> read_revision(const kube::Client& client, const std::string& ns, const std::string& name);

/// What pawl says of one edit.
Result<domain::RevisionStatus> read_revision_status(const kube::Client& client, const RolloutName& which,
                                                    const std::string& revision);

/// What went wrong, and what to do about it.
std::string explain(const Error& error);

}  // namespace pawl::cli
