// Cases from the files of other tools. Pure: text in, cases out. What has no place in a case is counted under a name a
// person recognises; nothing is dropped silently. Every case that comes out is valid: it writes and reads back equal.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "domain/gate/case.h"
#include "suite/case_codec.h"

namespace pawl::suite {

struct ImportOptions {
  std::string name = "imported";       ///< what ids begin with: the file's name without its ending
  std::string capability = "general";  ///< of cases that name none in their metadata
  std::string grader;  ///< OpenAI evals: match, includes, fuzzy or json; Inspect: includes, exact, begin or pattern
};

struct Imported {
  std::vector<domain::Case> cases;
  std::map<std::string, std::size_t> unmapped;  ///< "assert type javascript": 3
  std::vector<LineFault> faults;                ///< what could not be read at all
};

/// A configuration with `tests`, or a list of tests; YAML or JSON.
Imported import_promptfoo(std::string_view text, const ImportOptions& options);
/// A table of tests with `__expected` columns; the prompt is {{prompt}} or the only variable.
Imported import_promptfoo_csv(std::string_view text, const ImportOptions& options);
/// Lines of {"input", "ideal"}.
Imported import_openai_evals(std::string_view text, const ImportOptions& options);
/// Samples: a JSON list, lines of JSON, or CSV. Which of them is seen from the text.
Imported import_inspect(std::string_view text, const ImportOptions& options);
/// A question file and its possible_answer file (empty for the categories that have none).
Imported import_bfcl(std::string_view questions, std::string_view answers, const ImportOptions& options);

}  // namespace pawl::suite
