// One side of a comparison, as the gate can ask it.
#pragma once

#include <stop_token>
#include <string>

#include "base/result.h"
#include "domain/gate/answer.h"
#include "domain/gate/case.h"

namespace pawl::gate {

/// What came back for one case.
struct Reply {
  domain::Answer answer;
  std::string digest{};  ///< of the bundle that the answer itself names; empty: it names none
};

/// Thread-safe.
class Target {
 public:
  virtual ~Target() = default;

  /// Asks once. Whatever the agent sends is its answer, a refusal and a failure too: those are never asked again. An
  /// error says that nothing came of the asking: Unavailable when the transport failed, which may be tried again, or
  /// Cancelled.
  virtual Result<Reply> ask(const domain::Case& one, const std::stop_token& stop) = 0;

  /// The digest of the bundle it runs. Unavailable if it does not say; Conflict if its addresses run different ones.
  virtual Result<std::string> digest(const std::stop_token& stop) = 0;
};

}  // namespace pawl::gate
