#include "runtime/program.h"

#include <exception>

#include "base/log.h"

namespace pawl::runtime {
namespace {

Status without_exceptions(const std::function<Status(const Termination&)>& serve, const Termination& termination) {
  try {
    return serve(termination);
  } catch (const std::exception& e) {
    return fail(ErrorKind::Unavailable, e.what());
  }
}

}  // namespace

int run_program(const std::function<Status(const Termination&)>& serve) {
  const Termination termination;
  const auto done = without_exceptions(serve, termination);
  if (!done) log::error("cannot serve", {{"reason", done.error().message}});
  return done ? 0 : 1;
}

}  // namespace pawl::runtime
