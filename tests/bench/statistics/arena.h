// Who takes part in the comparison, on which streams, and how each fared.
#pragma once

#include <array>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "statistics/experiments.h"

namespace pawl::statistics {

/// Largest share of healthy canaries that a rule may roll back.
inline constexpr double kBar = 0.05;
/// Of the rules that an oracle tunes.
inline constexpr std::array kTunedWindows{30 * kMinute, 120 * kMinute};

struct Options {
  int runs = 100;
  int threads = 2;
};

/// To the standard error, for who waits.
void progress(const std::string& what);

/// What an oracle reads off healthy streams: the boldest setting that rolls back at most one in twenty of them.
struct Tuned {
  std::map<int, double> flagger;  ///< by window: threshold
  std::map<int, double> argo;     ///< by window: tolerance
};

struct Contestant {
  std::string name;
  bool told = false;  ///< its setting was read off healthy streams of the very same rates
  std::function<std::unique_ptr<Rule>()> make;
};

/// `threshold`: midway between the pass rates of a healthy and a bad canary, for the rules that need one.
std::vector<Contestant> contestants(const Scenario& scenario, double threshold, const Tuned& tuned);

/// The first row is ours.
std::vector<Detection> contest(const Scenario& scenario, const std::vector<Contestant>& others, Effort effort);

struct Arena {
  std::vector<std::string> names;  ///< ours first
  std::vector<bool> told;
  std::vector<Detection> null, null_high;             ///< both arms at .90, at .95
  std::map<std::string, std::vector<Detection>> bad;  ///< "A1", "A2", "A3"
  std::map<std::string, double> bound;
  Tuned tuned;
};

/// All of it at one share.
Arena arena(double share, const Options& options);

[[nodiscard]] bool keeps_the_bar(const Estimate& share);
/// The healthy streams that belong to a scenario.
const std::vector<Detection>& null_of(const Arena& arena, const std::string& scenario);

/// One of ours against one of theirs, and what was promised of it.
struct Duel {
  std::string scenario;
  double share = 0;
  std::string against;  ///< what is special about the peer
  std::size_t peer = 0;
  double bar = 0;  ///< largest ratio of delays
  double ours = 0;
  double theirs = 0;
  int runs = 0;
  [[nodiscard]] bool kept() const { return ours <= bar * theirs; }
};

/// The fastest peer that keeps healthy canaries, of those that `admits` the number of.
std::optional<std::size_t> best_peer(const Arena& arena, const std::string& scenario,
                                     const std::function<bool(std::size_t)>& admits);
/// Row B15 of the acceptance table.
std::vector<Duel> duels(const std::map<double, Arena>& arenas);

}  // namespace pawl::statistics
