// Tests that draw their input: each seed is one run, and the seed is the whole reproduction.
#pragma once

#include <cstdint>
#include <functional>

namespace pawl::test {

/// Runs the seeds from 1 to `usual`; the environment may say PAWL_SEEDS=n for a long run, or PAWL_SEED=n to replay one.
/// A run that fails, throws, crashes or is stopped by a signal prints its seed; the third failure ends the test.
void for_each_seed(std::uint64_t usual, const std::function<void(std::uint64_t seed)>& run);

}  // namespace pawl::test
