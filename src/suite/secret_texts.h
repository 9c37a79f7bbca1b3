// What of a case an edit must not contain, for the contamination scan. Pure.
#pragma once

#include <string>
#include <vector>

#include "domain/gate/case.h"
#include "domain/gate/contamination.h"
#include "domain/gate/lint.h"

namespace pawl::suite {

/// Prompts: all messages but the system's. Answers: every text in the parameters that expect one, rubrics included;
/// choices and schemas are part of the question and are left out.
domain::SecretTexts secret_texts(const domain::Case& one);
std::vector<domain::SecretTexts> secret_texts(const std::vector<domain::Case>& cases);

/// The held-out cases that an edit could repeat without being found out, as one finding at most.
std::vector<domain::Finding> lint_scannable(const std::string& name, const std::vector<domain::Case>& cases);

}  // namespace pawl::suite
