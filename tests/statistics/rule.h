// A rule that may roll a canary back, and how several of them watch the same stream.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "domain/evidence/block.h"
#include "statistics/streams.h"

namespace pawl::statistics {

class Rule {
 public:
  Rule() = default;
  Rule(const Rule&) = delete;
  Rule& operator=(const Rule&) = delete;
  virtual ~Rule() = default;
  /// What the next scrape brought, one block per capability. True: roll back. Not called again after that.
  virtual bool look(std::span<const domain::Block> blocks) = 0;
  /// Only the culprit was blamed. Rules that blame nobody say no.
  [[nodiscard]] virtual bool blames_only(int culprit) const { return culprit < 0; }
};

struct Outcome {
  bool rolled_back = false;
  double interactions = 0;  ///< canary interactions of the culprit until then; at the end if it was never rolled back
  bool right_blame = false;
};

/// Shows the stream to all rules until each has rolled back, or to its end.
inline std::vector<Outcome> watch(Stream& stream, std::span<Rule* const> rules, int culprit = 0) {
  std::vector<Outcome> outcomes(rules.size());
  std::size_t open = rules.size();
  for (int t = 0; t < stream.scrapes() && open > 0; ++t) {
    const std::span<const domain::Block> blocks = stream.next();
    for (std::size_t i = 0; i < rules.size(); ++i) {
      if (outcomes[i].rolled_back || !rules[i]->look(blocks)) continue;
      outcomes[i] = {true, stream.interactions(), rules[i]->blames_only(culprit)};
      --open;
    }
  }
  for (Outcome& outcome : outcomes) {
    if (!outcome.rolled_back) outcome.interactions = stream.interactions();
  }
  return outcomes;
}

inline Outcome watch(Stream& stream, Rule& rule, int culprit = 0) {
  Rule* const one[] = {&rule};
  return watch(stream, one, culprit).front();
}

}  // namespace pawl::statistics
