// Whether the scores of stable come in clumps, and what to set against it. Pure.
#pragma once

#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "domain/evidence/overdispersion.h"

namespace pawl::cli {

/// One paragraph on the capability that scatters most. `deflation`: what the policy divides log e by.
std::string scatter_words(const std::vector<domain::Scatter>& found, double deflation);

/// Every capability's numbers: [{capability, phi, standardError, windows, advisedDeflation}].
nlohmann::ordered_json scatter_json(const std::vector<domain::Scatter>& found);

}  // namespace pawl::cli
