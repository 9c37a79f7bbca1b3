// What the parameters of each grader must look like (domain/gate/case.h lists them).
#pragma once

#include <string_view>
#include <vector>

#include "json/cursor.h"

namespace pawl::suite {

/// The graders whose parameters are known here.
const std::vector<std::string_view>& known_graders();

/// Reports the faults of the parameters. A grader that is not known has free parameters: another program may know it.
void check_parameters(std::string_view grader, const json::Cursor& at);

}  // namespace pawl::suite
