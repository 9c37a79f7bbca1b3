// Two million blocks a second leave no time for the allocator.
#include <gtest/gtest.h>

#include <cstdlib>
#include <new>
#include <string>
#include <vector>

#include "domain/evidence/trial.h"

namespace {

thread_local long allocations = 0;

}  // namespace

// The counting allocator of this test program. The compiler sees that memory of one `new` is freed by `free` and cannot
// know that this `new` is malloc.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wmismatched-new-delete"
void* operator new(std::size_t size) {
  ++allocations;
  if (void* memory = std::malloc(size)) return memory;
  throw std::bad_alloc();
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
#pragma GCC diagnostic pop

namespace pawl::domain {
namespace {

TEST(Trial, AddingBlocksAndDecidingAllocatesNothing) {
  EvidencePolicy policy;
  for (int i = 0; i < 20; ++i) policy.capabilities.push_back({"capability-with-a-long-name-" + std::to_string(i), 0.05, 0, true});
  policy.groups.push_back({"rare", {"x", "y"}, 0.05, 0});
  policy.events.push_back({"retries", "retry", 1});
  policy.latencies.push_back({"slow", 2.5, 1});
  policy.guardrails.push_back({"loops", "loop", 0, 0.01});
  Trial trial(policy);
  std::vector<Trial::Subject> subjects{Trial::kErrorsSubject, Trial::kCoverageSubject, trial.latency(0), trial.subject("x").value()};
  for (const auto& capability : policy.capabilities) subjects.push_back(trial.subject(capability.name).value());
  const auto scrape = [&](double n) {
    for (const Trial::Subject s : subjects) trial.add(s, {binary_counts(n, n), binary_counts(10 * n, 9 * n)});
    trial.add_events(0, {.canary_exposure = n, .canary_events = 1, .stable_exposure = 10 * n, .stable_events = 9});
    trial.add_violations(0, 0);
    trial.end_of_scrape();
    return trial.decision(std::chrono::minutes{5});
  };
  scrape(1);
  const long before = allocations;
  for (int i = 0; i < 1000; ++i) ASSERT_EQ(scrape(i % 3), Verdict::Kind::GoOn);
  EXPECT_EQ(allocations, before);
}

}  // namespace
}  // namespace pawl::domain
