#include "runtime/program.h"

#include <gtest/gtest.h>

#include <csignal>
#include <stdexcept>

namespace pawl::runtime {
namespace {

TEST(Program, EndsWellWhenTheSignalCame) {
  EXPECT_EQ(run_program([](const Termination& termination) {
              std::raise(SIGTERM);
              termination.wait();
              return Status();
            }),
            0);
}

TEST(Program, SaysInItsExitCodeThatItCannotServe) {
  EXPECT_EQ(run_program([](const Termination&) -> Status { return fail(ErrorKind::Invalid, "no folder"); }), 1);
  EXPECT_EQ(run_program([](const Termination&) -> Status { throw std::runtime_error("the port is taken"); }), 1);
}

}  // namespace
}  // namespace pawl::runtime
