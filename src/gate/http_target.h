// An agent over HTTP: POST a case, read its answer; GET /revision for the digest of the bundle it runs.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/time.h"
#include "gate/chat.h"
#include "gate/target.h"

namespace pawl::gate {

struct HttpTargetOptions {
  std::vector<std::string>
      urls;  ///< at least one; asked in turn, and all must run one bundle. http(s)://host[:port][/path]
  AgentShape shape{};
  Duration timeout{60'000};  ///< from the request to the whole answer
  Duration connect_timeout{5'000};
  std::string revision_path = "/revision";  ///< on the same host
  std::string key{};                        ///< sent as a bearer token; empty: none
};

/// Without a template a path that is empty or ends in "/v1" is completed to that of chat completions. Follows no
/// redirect and reads no proxy from the environment: an answer cannot send the gate elsewhere. An agent that lets the
/// time run out has failed if it still tells its revision afterwards; if it does not, the transport has. Invalid for a
/// URL of another form, or a shape that is wrong. `clock` must outlive the target.
Result<std::unique_ptr<Target>> make_http_target(const HttpTargetOptions& options, const Clock& clock);

}  // namespace pawl::gate
