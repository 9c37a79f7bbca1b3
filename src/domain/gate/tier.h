// Who may see a case, and what it is for.
#pragma once

#include <string_view>

namespace pawl::domain {

enum class Tier {
  Dev,         ///< the proposer may work with it
  Golden,      ///< public; runs in CI
  Regression,  ///< frozen failures of production; public, and a hard stop
  HeldOut,     ///< secret: a report for others than the gate never names one of its cases
};

constexpr std::string_view to_string(Tier tier) {
  switch (tier) {
    case Tier::Dev:
      return "Dev";
    case Tier::Golden:
      return "Golden";
    case Tier::Regression:
      return "Regression";
    case Tier::HeldOut:
      return "HeldOut";
  }
  return "HeldOut";
}

}  // namespace pawl::domain
