// The one error type: what went wrong, and what the caller should do about it.
// A value type; safe to copy between threads.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"

namespace pawl {

/// Kinds are chosen by what the caller does next, not by where the error arose.
enum class ErrorKind {
  NotFound,     ///< the object is not there: create it, or wait for it
  NotServed,    ///< the server does not know this kind of object (CRD not installed): wait long
  Exists,       ///< a create lost: read it and compare ownership
  Conflict,     ///< a precondition failed: read again, decide again
  Gone,         ///< history compacted (410): list again
  Denied,       ///< 401/403: a person must grant something; the message names it
  Invalid,      ///< the request was understood and refused (400/422): do not repeat it unchanged
  RateLimited,  ///< 429: wait `retry_after`
  Unavailable,  ///< transient, and nothing was changed: try again with backoff
  Unknown,      ///< a write whose outcome is not known: read before deciding again
  Malformed,    ///< the answer cannot be understood
  Cancelled,    ///< we were asked to stop
};

/// The name as written in logs and metrics ("NotFound").
std::string_view to_string(ErrorKind kind);

struct Error {
  ErrorKind kind = ErrorKind::Unavailable;
  std::string message;                  ///< for a person; never contains credentials
  std::optional<Duration> retry_after;  ///< the server's own wish
  int http_status = 0;                  ///< 0 when no HTTP answer exists
  std::string reason;                   ///< machine word of the answer ("AlreadyExists"), may be empty

  /// The same error, its message preceded by what was being done: "reading HTTPRoute a/b: ...".
  [[nodiscard]] Error during(std::string_view what) const;
};

}  // namespace pawl
