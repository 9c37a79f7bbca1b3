// Which of the stored records are a rollout's past, and whether that past holds. Pure.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/rollout/record_reader.h"

namespace pawl::cli {

/// What the status says of its newest record.
struct ChainHead {
  std::string sequence;  ///< "16"
  std::string sha256;    ///< empty: nothing was decided yet
};

/// One link, as far as its text can be read.
struct Link {
  FoundRecord found;
  domain::Record record;
};

struct Chain {
  std::vector<Link> links;           ///< oldest first
  std::optional<std::string> fault;  ///< the first one; nothing: the chain holds
};

/// Walks from the head to the oldest record by hashes, then recomputes the whole way with domain::verify_chain.
/// Several records may carry one number (a write whose status never followed); those not on the way do not count.
/// `rollout` is "<namespace>/<name>".
Chain walk_chain(const std::vector<FoundRecord>& found, const ChainHead& head, const std::string& rollout);

}  // namespace pawl::cli
