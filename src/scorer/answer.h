// What the scorer's HTTP endpoints answer, and the credential that comes with a request.
#pragma once

#include <string>

namespace pawl::scorer {

struct Answer {
  int status = 200;
  std::string body;  ///< JSON
};

/// {"error": message}.
Answer refusal(int status, const std::string& message);

/// The token of an Authorization header's value; empty if it is not a bearer token.
std::string bearer_of(const std::string& authorization);

}  // namespace pawl::scorer
