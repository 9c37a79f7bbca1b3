// Half blocks that wait for their other half.
#pragma once

#include <optional>
#include <utility>

#include "domain/evidence/block.h"

namespace pawl::domain {

/// Half a block, with one arm only, waits for the other half: whether it does depends on counts only, so it is
/// harmless.
class Carry {
 public:
  /// Joins the block to what waits. What it returns has both arms.
  std::optional<Block> join(const Block& block) {
    waiting_ += block;
    if (!waiting_.complete()) return std::nullopt;
    return std::exchange(waiting_, {});
  }
  /// The weight changes: no block may span that.
  void drop() { waiting_ = {}; }

 private:
  Block waiting_;
};

}  // namespace pawl::domain
