#include "domain/evidence/stable_watch.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "domain/evidence/log_space.h"
#include "domain/evidence/payoff.h"

namespace pawl::domain {
namespace {

constexpr double kReferenceScores = 200;
constexpr double kMostStake = 0.95;  // of what one score may cost
constexpr double kLowest = 0.005;
constexpr double kHighest = 0.9995;

/// The stake on "the mean is `eta` in log odds below `null_mean`" that grows fastest if that is so.
double stake_on(double null_mean, double eta) {
  const double log_odds = std::log(null_mean / (1 - null_mean)) - eta;
  const double dropped = 1 / (1 + std::exp(-log_odds));
  return std::min((null_mean - dropped) / (null_mean * (1 - null_mean)), kMostStake / (1 - null_mean));
}

}  // namespace

StableWatch::StableWatch(StableWatchPolicy policy, StableReference reference, bool resumed)
    : policy_(std::move(policy)), resumed_(resumed) {
  for (const auto& [capability, known] : reference) watched_[capability].reference = known;
  if (resumed_) opinion_.opinion = WatchOpinion::Drifting;
}

void StableWatch::add(const std::string& capability, const std::string& stratum, const ArmCounts& scores) {
  if (!(scores.n > 0)) return;
  Watched& watched = watched_[capability];
  // Scores of another ruler are not lower or higher than before: they are something else.
  if (!watched.stratum.empty() && watched.stratum != stratum) watched = Watched{};
  watched.stratum = stratum;
  watched.block += scores;
}

double StableWatch::threshold() const {
  const double blocks = std::max(1.0, static_cast<double>(policy_.between_alarms / policy_.block));
  return std::log(blocks * static_cast<double>(std::max<std::size_t>(watched_.size(), 1)));
}

double StableWatch::null_mean(const std::string& capability, const ScoreReference& reference) const {
  const auto own = policy_.margins.find(capability);
  const double margin = own == policy_.margins.end() ? policy_.default_margin : own->second;
  const double error = std::sqrt(std::max(reference.mean * (1 - reference.mean), kLowest) / reference.n);
  return std::clamp(reference.mean - std::max(margin / 2, 2 * error), kLowest, kHighest);
}

void StableWatch::learn(Watched& watched) const {
  watched.learning += watched.block;
  if (watched.learning.n >= kReferenceScores) {
    watched.reference = ScoreReference{watched.learning.sum / watched.learning.n, watched.learning.n};
  }
}

void StableWatch::bet(const std::string& capability, Watched& watched) const {
  const double null = null_mean(capability, *watched.reference);
  const double limit = threshold();
  const double most =
      limit + std::log(static_cast<double>(kLogOddsDrops.size()));  // one of four at it is a mean at the limit
  if (!watched.seen && resumed_) {
    watched.alarmed = true;
    for (ChangeWatch& watch : watched.watches) watch.begin_at(most);
  }
  watched.seen = true;
  watched.recent += watched.block;
  double log_statistic = kLogZero;
  for (std::size_t j = 0; j < kLogOddsDrops.size(); ++j) {
    ChangeWatch& watch = watched.watches[j];
    watch.add(least_payoff_of_low_scores(watched.block, stake_on(null, kLogOddsDrops[j]), null));
    if (watch.log_statistic() > most) watch.begin_at(most);  // or a long drift would take as long to be seen to end
    log_statistic = log_add(log_statistic, watch.log_statistic() - std::log(static_cast<double>(kLogOddsDrops.size())));
  }
  if (log_statistic <= 0) watched.recent = {};
  if (watched.alarmed && log_statistic <= limit / 2) watched.alarmed = false;
  if (!watched.alarmed && log_statistic >= limit) {
    watched.alarmed = true;
    watched.words = fmt::format("{} scores {:.3f} in its last {:.0f} scores, {:.3f} of {:.0f} when it was judged",
                                capability, watched.recent.sum / watched.recent.n, watched.recent.n,
                                watched.reference->mean, watched.reference->n);
  }
}

void StableWatch::end_of_block() {
  bool any = false;
  std::string words;
  bool alarmed = false;
  for (auto& [capability, watched] : watched_) {
    if (watched.block.n > 0) {
      if (watched.reference) bet(capability, watched);
      else learn(watched);
      watched.block = {};
    }
    any = any || watched.seen;
    alarmed = alarmed || watched.alarmed;
    if (watched.alarmed && !watched.words.empty()) words += (words.empty() ? "" : "; ") + watched.words;
  }
  if (!any) return;  // nothing was compared yet: what was said before stands
  opinion_ = {alarmed ? WatchOpinion::Drifting : WatchOpinion::Steady, alarmed ? words : ""};
}

}  // namespace pawl::domain
