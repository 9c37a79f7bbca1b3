// The answer of Prometheus' /api/v1/query, read without trusting it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "domain/evidence/series.h"

namespace pawl::prometheus {

/// A matrix result as series: label __name__ becomes the metric, times are milliseconds, values may be NaN or infinite.
/// Malformed for anything else (HTML, cut-off JSON, another result type); Invalid or Unavailable for an error that
/// Prometheus itself reports. `source` is named in the message.
Result<std::vector<domain::Series>> decode_matrix(std::string_view body, std::string_view source);

}  // namespace pawl::prometheus
