// Hundreds of simulated rollouts decide thousands of times; only errors are worth a line.
#include <gtest/gtest.h>

#include "base/log.h"

namespace {

class QuietLogs : public testing::Environment {
  void SetUp() override { pawl::log::configure("simulation", pawl::log::Level::Error, pawl::log::Format::Text); }
};

const auto* const kQuiet = testing::AddGlobalTestEnvironment(new QuietLogs);

}  // namespace
