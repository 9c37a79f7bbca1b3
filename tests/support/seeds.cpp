#include "support/seeds.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <exception>
#include <string>

#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/common_interface_defs.h>
#endif

namespace pawl::test {
namespace {

constexpr int kFailuresMax = 3;
constexpr std::array kSignals{SIGSEGV, SIGABRT, SIGFPE, SIGBUS, SIGTERM, SIGINT};

/// The run under way, as text: whoever handles a signal may not make any.
std::array<char, 64> g_replay;
std::array<struct sigaction, kSignals.size()> g_before;

void restore_handlers() {
  for (std::size_t i = 0; i < kSignals.size(); ++i) sigaction(kSignals[i], &g_before[i], nullptr);
}

void tell_seed() {
  std::size_t length = 0;
  while (length < g_replay.size() && g_replay[length] != '\0') ++length;
  (void)!write(STDERR_FILENO, g_replay.data(), length);
}

void handle(int signal) {
  tell_seed();
  restore_handlers();
  raise(signal);
}

/// As long as this lives, a crash or the end of somebody's patience tells the seed first.
class TellsSeed {
 public:
  TellsSeed() {
    struct sigaction action = {};
    action.sa_handler = handle;
    for (std::size_t i = 0; i < kSignals.size(); ++i) sigaction(kSignals[i], &action, &g_before[i]);
#ifdef __SANITIZE_ADDRESS__
    __sanitizer_set_death_callback(tell_seed);  // it ends without a signal
#endif
  }
  ~TellsSeed() {
    restore_handlers();
#ifdef __SANITIZE_ADDRESS__
    __sanitizer_set_death_callback(nullptr);
#endif
  }
  TellsSeed(const TellsSeed&) = delete;
  TellsSeed& operator=(const TellsSeed&) = delete;
};

std::uint64_t from_environment(const char* name, std::uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

void run_seed(std::uint64_t seed, const std::function<void(std::uint64_t)>& run) {
  const std::string replay = "replay with PAWL_SEED=" + std::to_string(seed);
  g_replay.fill('\0');
  (replay + "\n").copy(g_replay.data(), g_replay.size() - 1);
  SCOPED_TRACE(replay);
  try {
    run(seed);
  } catch (const std::exception& error) {
    ADD_FAILURE() << "threw " << error.what();
  }
}

}  // namespace

void for_each_seed(std::uint64_t usual, const std::function<void(std::uint64_t seed)>& run) {
  const TellsSeed tells;
  if (const auto only = from_environment("PAWL_SEED", 0); only != 0) return run_seed(only, run);
  const std::uint64_t seeds = from_environment("PAWL_SEEDS", usual);
  int failed = 0;
  for (std::uint64_t seed = 1; seed <= seeds && failed < kFailuresMax; ++seed) {
    run_seed(seed, run);
    if (testing::Test::HasFailure()) ++failed;
  }
}

}  // namespace pawl::test
