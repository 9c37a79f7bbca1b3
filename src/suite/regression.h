// The regression tier as it must stand: every case went through red and green, and none is lost. Pure.
//
//   cases     the lines of the suite
//   waivers   who set which aside, and why
//   known     the ids of all cases that were ever frozen here: what is known and neither there nor waived was lost
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "domain/gate/case.h"
#include "domain/gate/gate_input.h"
#include "domain/gate/lint.h"
#include "suite/waivers.h"

namespace pawl::suite {

struct RegressionSet {
  std::vector<domain::Case> cases;
  std::vector<Waiver> waivers;
  std::vector<std::string> known;  ///< frozen ids, in any order
};

/// The set after its waivers.
struct Regression {
  std::vector<domain::Case> cases;         ///< those that count
  std::vector<domain::WaivedCase> waived;  ///< by case id
  std::vector<std::string> known;          ///< the frozen ids of before and of now, sorted
  std::vector<std::string> unknown;        ///< frozen ids that were not known before, sorted
  std::vector<std::string> unused;         ///< waivers that name no case there ever was, sorted
};

/// Invalid, with the reason DraftInRegression, FrozenIdWrong or FrozenCaseMissing, the first case concerned, how many
/// there are, and the remedy.
Result<Regression> settle(RegressionSet set);

/// All that is wrong with it, for its owner; `name` is the file's.
std::vector<domain::Finding> lint_regression(const std::string& name, const RegressionSet& set);

}  // namespace pawl::suite
