// One named question about the canary, with everything that is known about it.
#pragma once

#include <string>
#include <vector>

#include "domain/evidence/intervals.h"
#include "domain/evidence/matched_bets.h"
#include "domain/evidence/non_inferiority.h"

namespace pawl::domain {

class Hypothesis {
 public:
  Hypothesis(std::string name, double margin, double tolerance, double planned);
  void add(const Block& block);
  void drop_carried();

  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] double log_e() const { return regression_.log_e(); }
  [[nodiscard]] double log_e_noninferior() const { return promotion_.log_e(); }
  [[nodiscard]] double best_noninferior() const { return promotion_.best_log_e(); }
  [[nodiscard]] const Block& totals() const { return totals_; }
  [[nodiscard]] const StratifiedDifference& difference() const { return difference_; }

 private:
  std::string name_;
  MatchedBets regression_;
  NonInferiority promotion_;
  StratifiedDifference difference_;
  Block totals_;
};

}  // namespace pawl::domain
