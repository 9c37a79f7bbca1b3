// The replays that need no cluster: files in, a verdict out, an exit code back.
#pragma once

#include <iosfwd>
#include <string>

#include "base/result.h"

namespace pawl::cli {

struct StreamOrder {
  std::string stream;  ///< path, "-": standard input
  std::string policy;  ///< path of a policy; empty: every default
};
/// kDone when every line was read, else kFailed.
int run_replay_stream(const StreamOrder& order, std::ostream& out, std::ostream& err);

/// kDone when every vector passes, else kFailed.
int run_replay_vectors(const std::string& path, std::ostream& out, std::ostream& err);

}  // namespace pawl::cli
