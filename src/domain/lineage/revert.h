// One edit taken out of what serves now, and nothing else. Pure.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "domain/lineage/bundle.h"

namespace pawl::domain {

/// A place that a later edit changed as well. All three texts are empty where the file was not there.
struct RevertConflict {
  std::string path;
  std::size_t line = 0;  ///< in the file as it is now, from 1; 0: the file as a whole came or went
  std::string before;    ///< without the edit
  std::string edited;    ///< as the edit left it
  std::string now;
};

struct Reverted {
  std::vector<BundleFile> files;  ///< by path; without meaning if there are conflicts
  std::vector<RevertConflict> conflicts;
};

/// `now` without what was changed from `before` to `edited`: three-way, file by file and line by line. What the edit
/// did not touch stays as it is; where a later edit changed the same lines, that is a conflict, and nothing is guessed.
Reverted revert_edit(const std::vector<BundleFile>& before, const std::vector<BundleFile>& edited,
                     const std::vector<BundleFile>& now);

}  // namespace pawl::domain
