#include "adapters/route_contention.h"

namespace pawl::adapters {
namespace {

constexpr const char* kSomebody = "another writer of the HTTPRoute";

}  // namespace

void RouteContention::wrote(const ports::RolloutKey& key, int canary, std::int64_t generation) {
  tracks_.with([&](auto& tracks) { tracks[key].last = Write{canary, generation}; });
}

void RouteContention::unknown(const ports::RolloutKey& key) {
  tracks_.with([&](auto& tracks) {
    if (const auto it = tracks.find(key); it != tracks.end()) it->second.last.reset();
  });
}

void RouteContention::forget(const ports::RolloutKey& key) {
  tracks_.with([&](auto& tracks) { tracks.erase(key); });
}

bool RouteContention::judge(const ports::RolloutKey& key, std::int64_t generation, domain::RouteView& route) {
  return tracks_.with([&](auto& tracks) {
    const auto it = tracks.find(key);
    if (it == tracks.end()) return false;
    Track& track = it->second;
    const bool as_written =
        track.last && route.canary == track.last->canary && route.stable == domain::kWholeShare - track.last->canary;
    const bool theirs = track.last && generation > track.last->generation && !as_written;
    const bool is_new = theirs && generation != track.counted;
    if (is_new) {
      track.counted = generation;
      track.fights.push_back(clock_.boot());
      if (track.fights.size() > kFightsMax) track.fights.pop_front();
    }
    if (theirs) route.contender = track.writer.empty() ? kSomebody : track.writer;
    route.fought_over = track.fights.size() == kFightsMax && clock_.boot() - track.fights.front() < kFightsWithin;
    return is_new;
  });
}

void RouteContention::name(const ports::RolloutKey& key, const std::string& writer, domain::RouteView& route) {
  tracks_.with([&](auto& tracks) { tracks[key].writer = writer; });
  route.contender = writer.empty() ? kSomebody : writer;
}

}  // namespace pawl::adapters
