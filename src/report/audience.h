// Who reads a report.
#pragma once

namespace pawl::report {

enum class Audience {
  Everyone,  ///< the proposer may read it: of held-out cases no name and no number, see domain::for_everyone
  Gate,      ///< kept where the held-out cases are kept
};

}  // namespace pawl::report
