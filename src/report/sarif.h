// Held-out text found in an edit, as SARIF 2.1.0, which code hosts show beside the changed files.
#pragma once

#include <string>
#include <vector>

namespace pawl::report {

/// One changed file with held-out text in it. Which cases it is from is not told: that would be a leak of its own.
struct ContaminatedFile {
  std::string path;  ///< inside the bundle
  int places = 0;    ///< how many spans of it
};

/// Valid with no findings too: a run that found nothing.
std::string contamination_sarif(const std::vector<ContaminatedFile>& findings);

}  // namespace pawl::report
