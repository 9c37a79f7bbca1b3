// Whatever goes wrong in a run of drawn input, its seed must be told: it is all there is to replay it by.
#include "support/seeds.h"

#include <gtest/gtest-spi.h>
#include <gtest/gtest.h>

#include <csignal>
#include <cstdlib>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

namespace pawl::test {
namespace {

/// The environment as a test needs it, and afterwards as it was.
class Setting {
 public:
  Setting(const char* name, const char* value) : name_(name) {
    if (const char* before = std::getenv(name)) before_ = before;
    if (value == nullptr) unsetenv(name);
    else setenv(name, value, 1);
  }
  ~Setting() {
    if (before_) setenv(name_, before_->c_str(), 1);
    else unsetenv(name_);
  }
  Setting(const Setting&) = delete;
  Setting& operator=(const Setting&) = delete;

 private:
  const char* name_;
  std::optional<std::string> before_;
};

std::vector<std::uint64_t> seeds_run() {
  std::vector<std::uint64_t> out;
  for_each_seed(3, [&](std::uint64_t seed) { out.push_back(seed); });
  return out;
}

using Seeds = std::vector<std::uint64_t>;

TEST(EachSeed, IsRunOnceAndTheEnvironmentSaysHowManyOrWhich) {
  const Setting many("PAWL_SEEDS", nullptr);
  const Setting one("PAWL_SEED", nullptr);
  EXPECT_EQ(seeds_run(), (Seeds{1, 2, 3}));
  {
    const Setting more("PAWL_SEEDS", "5");
    EXPECT_EQ(seeds_run(), (Seeds{1, 2, 3, 4, 5}));
  }
  const Setting replay("PAWL_SEED", "77");
  EXPECT_EQ(seeds_run(), (Seeds{77}));
}

TEST(EachSeed, IsToldWithAFailureAndWithAnException) {
  const Setting replay("PAWL_SEED", "77");
  EXPECT_NONFATAL_FAILURE(for_each_seed(3, [](std::uint64_t) { ADD_FAILURE() << "wrong"; }),
                          "replay with PAWL_SEED=77");
  EXPECT_NONFATAL_FAILURE(for_each_seed(3, [](std::uint64_t) { throw std::runtime_error("wrong"); }),
                          "replay with PAWL_SEED=77");
}

TEST(EachSeedDeathTest, IsToldBeforeACrashAndBeforeAStop) {
  const Setting many("PAWL_SEEDS", nullptr);
  const Setting one("PAWL_SEED", nullptr);
  const auto ends_by = [](int signal) {
    for_each_seed(3, [signal](std::uint64_t seed) {
      if (seed == 2) (void)std::raise(signal);
    });
  };
  for (const int signal : {SIGSEGV, SIGABRT, SIGTERM}) {
    EXPECT_DEATH(ends_by(signal), "replay with PAWL_SEED=2\n") << signal;
  }
}

}  // namespace
}  // namespace pawl::test
