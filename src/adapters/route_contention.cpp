#include "adapters/route_contention.h"

namespace pawl::adapters {

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

void RouteContention::judge(const ports::RolloutKey& key, std::int64_t generation, const std::string& writer, domain::RouteView& route) {
  tracks_.with([&](auto& tracks) {
    const auto it = tracks.find(key);
    if (it == tracks.end()) return;
    Track& track = it->second;
    const bool as_written = track.last && route.canary == track.last->canary && route.stable == domain::kWholeShare - track.last->canary;
    const bool theirs = track.last && generation > track.last->generation && !as_written;
    if (theirs) route.contender = writer.empty() ? "another writer of the HTTPRoute" : writer;
    if (theirs && generation != track.counted) {
      track.counted = generation;
      track.fights.push_back(clock_.boot());
      if (track.fights.size() > kFightsMax) track.fights.pop_front();
    }
    route.fought_over = track.fights.size() == kFightsMax && clock_.boot() - track.fights.front() < kFightsWithin;
  });
}

}  // namespace pawl::adapters
