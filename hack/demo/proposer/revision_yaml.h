// Writes an AgentRevision, ready to apply.
#pragma once

#include <string>
#include <vector>

#include "domain/lineage/bundle.h"

namespace pawl::demo {

struct RevisionText {
  std::string ns;
  std::string name;
  std::string agent;
  std::string parent;                 ///< empty: the first
  std::string claim;                  ///< why: for people
  std::vector<std::string> improves;  ///< capabilities that the gate must see rise; empty: it claims nothing
};

std::string revision_yaml(const RevisionText& revision, const std::vector<BundleFile>& files);

}  // namespace pawl::demo
