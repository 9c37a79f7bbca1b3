// The cache and the largest object that a real server takes.
#include <gmock/gmock.h>

#include <malloc.h>
#include <unistd.h>

#include <fstream>

#include "integration/overheard.h"

namespace pawl::integration {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr std::size_t kMiB = 1024 * 1024;
// etcd refuses a request above 1.5 MiB. No field of an environment variable has a limit of its own.
constexpr std::size_t kTaken = kMiB * 3 / 2 - 4 * 1024;
constexpr std::size_t kRefused = kMiB * 3 / 2 + 1024;
constexpr int kMany = 8;
// The allocator keeps twice the largest block that was ever freed, for the next one.
constexpr std::size_t kKept = 3;

/// What this process holds once the allocator has given back all that nobody uses.
std::size_t bytes_in_use() {
  ::malloc_trim(0);
  std::size_t whole = 0;
  std::size_t resident = 0;
  std::ifstream("/proc/self/statm") >> whole >> resident;
  return resident * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
}

class InformerOfALargeObject : public InNamespace {
 protected:
  Result<Json> store(const std::string& name, std::size_t bytes) const {
    const Json variable{{"name", "LARGE"}, {"value", std::string(bytes, 'x')}};
    const Json container{{"name", "agent"}, {"image", "none"}, {"env", Json::array({variable})}};
    const Json pod{{"spec", {{"containers", Json::array({container})}}}};
    return own_.client().create(kube::resources::kPodTemplates, own_.name(),
                                Json{{"metadata", {{"name", name}}}, {"template", pod}});
  }
  void expect_stored(const std::string& name) const {
    const auto made = store(name, kTaken);
    ASSERT_TRUE(made) << made.error().message;
  }

  Overheard transport_{own_.transport()};
};

TEST_F(InformerOfALargeObject, E9_TheLargestThatAServerTakesIsSeenAndItsMemoryComesBack) {
  const auto refused = store("too-large", kRefused);
  ASSERT_FALSE(refused) << "what follows is not the largest any more";
  EXPECT_THAT(refused.error().message, HasSubstr("too large"));
  expect_stored("listed");
  Watcher watcher(transport_, clock_, kube::resources::kPodTemplates, own_.name());
  ASSERT_TRUE(watcher.informer.wait_synced({}, kPatience));
  EXPECT_THAT(watcher.names(), ElementsAre("listed"));
  const std::size_t before = bytes_in_use();
  for (int i = 0; i < kMany; ++i) {
    const std::string name = "watched-" + std::to_string(i);
    expect_stored(name);
    watcher.await(name, false);
  }
  EXPECT_EQ(watcher.informer.counters().lists, 1U) << "the watch was good enough";
  eventually([&] { return bytes_in_use() < before + kKept * kTaken; },
             std::to_string(kMany) + " objects went by and at most " + std::to_string(kKept) + " are still paid for");
}

}  // namespace
}  // namespace pawl::integration
