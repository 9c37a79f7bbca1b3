// What a bundle's files say, read once at start.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "domain/lineage/bundle.h"
#include "model/chat.h"

namespace pawl::demo {

struct PolicyEntry {
  std::string topic;
  std::string text;
};

/// policy/reporting.yaml. Two ways of cheating that the demo shows being caught.
struct Reporting {
  std::string report_as;        ///< claims to be this revision
  bool report_failures = true;  ///< false: keeps quiet when it could not help
};

struct Behaviour {
  std::string digest;
  std::string prompt;
  std::vector<ToolSpec> tools;
  std::vector<PolicyEntry> policy;
  Reporting reporting;
};

/// prompt/system.md is required; policy/*.yaml and tools/*.json are read if there.
Result<Behaviour> read_behaviour(const std::vector<BundleFile>& files);

}  // namespace pawl::demo
