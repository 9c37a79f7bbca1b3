// Result<T>: a value or an Error. No exception crosses a layer boundary.
#pragma once

#include <tl/expected.hpp>

#include "base/error.h"

namespace pawl {

template <class T>
using Result = tl::expected<T, Error>;

using Status = Result<void>;

/// `return fail(ErrorKind::Invalid, "...")` from any function that returns a Result.
[[nodiscard]] inline tl::unexpected<Error> fail(ErrorKind kind, std::string message) {
  Error error;
  error.kind = kind;
  error.message = std::move(message);
  return tl::unexpected<Error>(std::move(error));
}
[[nodiscard]] inline tl::unexpected<Error> fail(Error error) { return tl::unexpected<Error>(std::move(error)); }

}  // namespace pawl
