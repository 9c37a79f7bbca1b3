// The evidence of one rollout: a fold over raw samples and weight changes. It needs no checkpoint, because folding all
// raw samples again gives the same bits.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/time.h"
#include "domain/evidence/coverage.h"
#include "domain/evidence/latency.h"
#include "domain/evidence/policy.h"
#include "domain/evidence/scrapes.h"
#include "domain/evidence/series.h"
#include "domain/evidence/trial.h"
#include "domain/evidence/verdict.h"

namespace pawl::domain {

struct ShareChange {
  Instant at;
  int canary_basis_points = 0;  ///< [0, 10000]
  auto operator<=>(const ShareChange&) const = default;
};

/// Time is cut into blocks of `policy.interval`, for each pod so that its own scrapes fall in their middle. A block
/// enters the tests as soon as every pod that reports has reached its end; a silent pod is waited for until one
/// interval after the block. Which block a scrape belongs to is a function of its own pod's samples, so neither arrival
/// order nor polling changes the numbers. Coverage and served counts come from other targets and enter two blocks
/// later; violations count at once. Not thread-safe.
class EvidenceFold {
 public:
  EvidenceFold(EvidencePolicy policy, std::string canary_digest, std::string stable_digest, Instant began,
               StableHistory history = {});

  /// All series of one poll (evaluated at one instant) and every weight change known; both may repeat what was given
  /// before. Samples already seen and out-of-order ones are ignored.
  /// `on_block`, if given, is told after each block that closes: the trial as it then is, and the block's end as an
  /// age.
  using OnBlock = std::function<void(const Trial& trial, Duration age)>;
  void add(const std::vector<Series>& raw, const std::vector<ShareChange>& weights, const OnBlock& on_block = {});

  /// Depends on what was added and on `now` only; asking changes nothing.
  [[nodiscard]] Verdict verdict(Instant now) const;

 private:
  using BlockIndex = std::int64_t;
  /// What one block gathered before it is bet on.
  struct Gathered {
    std::map<std::pair<std::string, std::string>, Block> scores;  ///< by capability and stratum
    Block interactions;
    std::map<std::string, Block> events;                                 ///< by kind; counts only
    std::map<std::pair<std::string, Instant>, LatencyCounts> latencies;  ///< by exposition: its bounds are of one kind
  };
  /// Scores of one capability by one version of one evaluator: only these are compared.
  struct Stratum {
    std::optional<Trial::Subject> subject;
    Block carried;
  };
  /// How many were served or scored, whatever the scores were.
  struct Served {
    Kind kind = Kind::Served;
    Arm arm = Arm::Canary;
    Instant since;
    Instant at;
    double n = 0;
  };
  /// One pod's cutting of time.
  struct Grid {
    Duration phase{};  ///< of its scrapes within a block
    BlockIndex shift = 0;
    BlockIndex now = 0;   ///< block of its last scrape
    BlockIndex done = 0;  ///< nothing more comes from it up to here
    Instant last{};
  };

  [[nodiscard]] BlockIndex block_of(Instant at) const;
  [[nodiscard]] std::size_t segment_of(Instant at) const;
  void note(const Defect& defect);
  BlockIndex place(const std::string& pod, Instant at);
  [[nodiscard]] BlockIndex reached(Instant watermark) const;
  void note_service(const Increment& increment);
  [[nodiscard]] bool spans_change(Instant since, Instant at) const;
  void close_blocks(const OnBlock& on_block);
  void close(std::vector<Increment> increments);
  void close_service(BlockIndex before);
  void gather(const Increment& increment, Gathered& gathered);
  void flush(Gathered& gathered);
  void flush_scores(Gathered& gathered);
  void flush_interactions(Gathered& gathered);
  [[nodiscard]] bool watched(const Topic& topic) const;
  void flush_service(BlockIndex index, const std::vector<Served>& counts);
  void enter_segment(std::size_t segment);
  [[nodiscard]] std::optional<Hold> untrusted(Instant now) const;
  [[nodiscard]] bool defective(const std::string& capability) const;
  [[nodiscard]] std::optional<Instant> newest() const;
  [[nodiscard]] bool stale(std::optional<Instant> newest, Instant now) const;

  EvidencePolicy policy_;
  Instant began_;
  Scrapes scrapes_;
  std::vector<ShareChange> weights_;
  std::map<BlockIndex, std::vector<Increment>> open_;
  std::optional<BlockIndex> next_;  ///< every block before it is closed
  std::map<std::string, Grid> grids_;
  std::map<BlockIndex, std::vector<Served>> open_service_;
  std::optional<BlockIndex> next_service_;
  std::size_t service_segment_ = 0;
  std::size_t segment_ = 0;

  Trial trial_;
  std::map<std::pair<std::string, std::string>, Stratum> strata_;
  CoverageQueue coverage_queue_;
  bool interactions_seen_ = false;
  std::map<std::string, BlockIndex> defects_;  ///< newest defective block by capability; "" for what concerns an arm
};

}  // namespace pawl::domain
