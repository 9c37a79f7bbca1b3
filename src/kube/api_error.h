// Turns an answer of the API server that is not a success into the program's one error type.
// Pure. The message is the server's own text (at most 2 KiB): it names the missing grant or the bad field.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "base/error.h"
#include "kube/transport.h"

namespace pawl::kube {

/// What the request could have changed: a 5xx answer to a write leaves its outcome open.
enum class Access { Read, Write };

/// `response.status` must not be 2xx. Understands Status objects, plain text (flow control, load
/// balancers, "404 page not found" of a kind that is not served) and the Retry-After header.
Error api_error(const HttpResponse& response, Access access);

/// The error of a Status object, as a watch delivers it inside an ERROR event. `fallback_code` is used
/// when the object carries no code.
Error status_error(const nlohmann::json& status, Access access, int fallback_code = 500);

/// Longest error text that is kept, in bytes.
inline constexpr std::size_t kMaxErrorText = 2048;

}  // namespace pawl::kube
