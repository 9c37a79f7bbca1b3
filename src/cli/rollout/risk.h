// Are users being hurt now? The first question of whoever is woken up. Pure.
#pragma once

#include <string>

#include "cli/rollout/picture.h"

namespace pawl::cli {

enum class Risk {
  No,        ///< only a revision that has proven itself serves
  Limited,   ///< a share of the requests goes to an edit under test, and nothing is wrong with it so far
  Fading,    ///< the bad edit gets no new requests; open ones may finish
  Yes,       ///< requests still reach an edit that is known to be worse, or nobody knows where they go
  NotServed  ///< pawl has no stable revision in force yet
};

struct RiskAnswer {
  Risk risk = Risk::No;
  std::string text;  ///< begins with the answer: "NO: r2 serves all requests"
};

RiskAnswer users_at_risk(const Picture& picture);
std::string risk_word(Risk risk);

}  // namespace pawl::cli
