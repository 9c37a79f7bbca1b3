// Raw samples as a metrics source returned them; nothing is assumed about their values.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/time.h"

namespace pawl::domain {

struct Sample {
  Instant at;        ///< when the target was scraped, not when we asked
  double value = 0;  ///< any double: NaN and infinities occur
};

struct Series {
  std::string metric;  ///< "pawl_score_count_total", ...; "served" for the gateway's own counts
  std::map<std::string, std::string> labels;
  std::vector<Sample> samples;  ///< cumulative counter values
};

}  // namespace pawl::domain
