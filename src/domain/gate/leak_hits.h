// What one file hits: by kind, which cases. Stays inside the scan, which tells counts alone. Pure.
#pragma once

#include <array>
#include <cstdint>
#include <set>

#include "domain/gate/contamination.h"

namespace pawl::domain {

using CaseNumber = std::uint32_t;

struct LeakHits {
  std::array<std::set<CaseNumber>, kLeakKinds> cases;  ///< by Leak
  std::set<CaseNumber> questions;  ///< short ones that stand there: a hit only if there are several of them
};

inline void note(LeakHits& hits, Leak kind, CaseNumber which) {
  hits.cases[static_cast<std::size_t>(kind)].insert(which);
}

}  // namespace pawl::domain
