// What is being read for one rollout, and what it says: the fold of one candidate's evidence with all that the fold
// needs of the rollout. Pure.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "adapters/share_meter.h"
#include "base/time.h"
#include "domain/evidence/evidence.h"
#include "domain/rollout/observation.h"

namespace pawl::adapters {

/// Who is judged against whom: a candidate with a share, or what was just promoted while the old stable is warm.
struct Opponents {
  std::string cohort;
  Instant began{};
  std::string canary;  ///< digests
  std::string stable;
};
std::optional<Opponents> opponents_of(const domain::RolloutStatus& status);

/// The time stamp of the newest sample; the epoch when there is none.
Instant newest_of(const domain::Series& series);

/// Not thread-safe. `cohort`, `began`, `canary` and `stable` never change.
class EvidenceTrack {
 public:
  EvidenceTrack(const Opponents& opponents, const domain::Observation& seen);

  /// Whether it is of these opponents under this spec; else another track must take its place.
  [[nodiscard]] bool is_of(const Opponents& opponents, const domain::RolloutSpec& seen) const;
  /// What the rollout says today, under the same spec of evidence.
  void update(const domain::Observation& seen);
  /// What it will say of the shares, known before.
  void share_changes(std::vector<domain::ShareChange> changes) { changes_ = std::move(changes); }

  /// The fold begins again, with what stable had scored before.
  void begin(domain::StableHistory history);
  /// All series up to `until`.
  void add(const std::vector<domain::Series>& series, Instant until);
  [[nodiscard]] domain::Judgement judgement(Instant now) const;

  /// What is read again behind the last reading. A sample carries the moment its scrape began and is there when the
  /// scrape has ended: that takes up to the scrape's timeout, which Prometheus allows to be as long as the interval.
  [[nodiscard]] Duration slack() const;
  /// Where a reading at `now` begins. The clock may have been put back since the last one: what comes from then on is
  /// read too, and the fold counts no sample twice.
  [[nodiscard]] Instant read_from(Instant now) const;
  [[nodiscard]] bool is_due(Instant now) const;

  std::string cohort;
  Instant began{};
  std::string canary;  ///< labels `revision`
  std::string stable;
  domain::RolloutSpec spec;
  bool history_known = false;  ///< the fold began with what stable had scored before
  bool asked = false;          ///< an answer or a failure came: the fold may say that its data is stale
  Instant newest{};            ///< newest sample of the scorer that is in the fold
  double violations = 0;       ///< sum of all violation counters when last asked
  Instant due{};               ///< of the next reading
  std::string problem;         ///< why the last reading failed, empty if it did not
  domain::Judgement last_told;

 private:
  std::vector<domain::NarrowedMargin> narrowed_;
  domain::EvidencePolicy policy_;
  std::vector<domain::ShareChange> changes_;
  bool in_canary_ = false;  ///< what soaks, or is being promoted, needs no more scores
  bool soaking_ = false;    ///< no share is moved any more
  std::unique_ptr<domain::EvidenceFold> fold_;
  ShareMeter meter_;
  std::optional<Instant> read_until_;  ///< everything up to here is in the fold
};

}  // namespace pawl::adapters
