// PAWL_ASSERT(condition): for what cannot be, in every build. Stopping is cheap for a level-triggered
// program (it starts again and observes), acting on an impossible state is not.
#pragma once

namespace pawl {
[[noreturn]] void assertion_failed(const char* expression, const char* file, int line);
}  // namespace pawl

#define PAWL_ASSERT(condition) \
  (static_cast<bool>(condition) ? void(0) : ::pawl::assertion_failed(#condition, __FILE__, __LINE__))
