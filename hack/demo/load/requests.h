// Customers' requests, drawn from templates: names, order numbers, languages, moods and hard cases vary with the seed.
#pragma once

#include <string>

#include "base/random.h"

namespace pawl::demo {

struct Request {
  std::string capability;  ///< what the template was written for; the grader decides for itself
  std::string text;
};

/// The next request. About 26 % order status, 24 % refunds, 18 % policy, 12 % language, 10 % account, 10 % escalation.
Request draw_request(Random& chance);

}  // namespace pawl::demo
