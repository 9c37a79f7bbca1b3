// Notices that somebody else changes the weights that pawl writes. Bookkeeping only; thread-safe.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>

#include "base/guarded.h"
#include "base/time.h"
#include "domain/rollout/observation.h"
#include "ports/rollout_world.h"

namespace pawl::adapters {

/// So many fights within so long, and the share is not raised again for now: two controllers that undo each other's
/// writes would else keep the gateway, the API server and the status busy for ever.
inline constexpr std::size_t kFightsMax = 3;
inline constexpr Duration kFightsWithin{10 * 60'000};

class RouteContention {
 public:
  explicit RouteContention(const Clock& clock) : clock_(clock) {}

  /// Our write of this share became this generation of the route.
  void wrote(const ports::RolloutKey& key, int canary, std::int64_t generation);
  /// What the route carries is no longer known to be ours: a write's answer was lost.
  void unknown(const ports::RolloutKey& key);
  void forget(const ports::RolloutKey& key);

  /// Says in `route` whether its weights, at `generation`, are somebody else's. True: they are, and it was not known
  /// yet: who it is should be asked once, and told by `name`.
  bool judge(const ports::RolloutKey& key, std::int64_t generation, domain::RouteView& route);
  /// Who won the newest fight; empty: nobody can tell.
  void name(const ports::RolloutKey& key, const std::string& writer, domain::RouteView& route);

 private:
  struct Write {
    int canary = 0;
    std::int64_t generation = 0;
  };
  struct Track {
    std::optional<Write> last;
    std::int64_t counted = 0;  ///< the generation of the newest fight: each counts once
    std::string writer;
    std::deque<BootTime> fights;  ///< the newest, at most kFightsMax
  };

  const Clock& clock_;
  Guarded<std::map<ports::RolloutKey, Track>> tracks_;
};

}  // namespace pawl::adapters
