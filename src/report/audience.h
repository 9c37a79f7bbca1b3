// Who reads a report.
#pragma once

namespace pawl::report {

enum class Audience {
  Everyone,  ///< the proposer may read it: nothing about a single held-out case, not even its name
  Gate,      ///< kept where the held-out cases are kept
};

}  // namespace pawl::report
