// Cases as files of other tools. What a format has no place for is counted by name.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "domain/gate/case.h"

namespace pawl::suite {

struct Exported {
  std::string text;
  std::string answers;  ///< BFCL: the possible_answer file
  std::map<std::string, std::size_t> unmapped;
};

/// JSON, which is YAML too.
Exported export_promptfoo(const std::vector<domain::Case>& cases);
Exported export_openai_evals(const std::vector<domain::Case>& cases);
/// A JSON list of samples.
Exported export_inspect(const std::vector<domain::Case>& cases);
Exported export_bfcl(const std::vector<domain::Case>& cases);

}  // namespace pawl::suite
