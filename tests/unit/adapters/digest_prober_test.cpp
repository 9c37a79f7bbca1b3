#include "adapters/digest_prober.h"

#include <gtest/gtest.h>
#include <httplib.h>

#include <condition_variable>
#include <memory>
#include <thread>
#include <vector>

#include "base/sha256.h"
#include "base/system_clock.h"

namespace pawl::adapters {
namespace {

/// A pod that answers GET /revision in a way of its own.
class Pod {
 public:
  using Speak = std::function<void(httplib::Response&)>;
  explicit Pod(Speak speak) {
    server_.Get("/revision",
                [speak = std::move(speak)](const httplib::Request&, httplib::Response& response) { speak(response); });
    port_ = server_.bind_to_any_port("127.0.0.1");
    thread_ = std::thread([this] { server_.listen_after_bind(); });
    while (!server_.is_running()) std::this_thread::yield();
  }
  ~Pod() {
    server_.stop();
    thread_.join();
  }
  [[nodiscard]] DigestProber::Target target(const std::string& name) const {
    return {{"shop", "support"}, name, "127.0.0.1", port_};
  }

 private:
  httplib::Server server_;
  int port_ = 0;
  std::thread thread_;
};

Pod::Speak says(const std::string& digest) {
  return [digest](httplib::Response& response) {
    response.set_content(R"({"digest": ")" + digest + "\"}", "application/json");
  };
}

/// A prober at work, and what it told.
class DigestProberTest : public ::testing::Test {
 protected:
  /// The answer, once it is known. Fails after a minute.
  std::optional<std::string> wait_for(const DigestProber::Target& target) {
    std::unique_lock lock(mutex);
    std::optional<std::string> digest;
    told.wait_for(lock, std::chrono::minutes(1), [&] {
      digest = prober.digest_of(target);
      return digest.has_value();
    });
    return digest;
  }

  SystemClock clock;
  std::mutex mutex;
  std::condition_variable told;
  int looks = 0;
  DigestProber prober{clock,
                      [this](const ports::RolloutKey&) {
                        const std::scoped_lock lock(mutex);
                        ++looks;
                        told.notify_all();
                      },
                      {.tries = 3, .first_pause = Duration{20}, .longest_pause = Duration{30}}};
  std::jthread thread{[this](const std::stop_token& stop) { prober.run(stop); }};
};

TEST_F(DigestProberTest, TellsTheDigestThatAPodServes) {
  const Pod pod(says(sha256_hex("r1")));
  EXPECT_EQ(wait_for(pod.target("a")), sha256_hex("r1"));
}

TEST_F(DigestProberTest, AsksPodsByIPv6) {
  const Pod pod(says(sha256_hex("r1")));
  auto target = pod.target("a");
  target.ip = "::ffff:127.0.0.1";  // with letters, which a URL of the HTTP library must not have
  EXPECT_EQ(wait_for(target), sha256_hex("r1"));
}

TEST_F(DigestProberTest, PodsThatNeverEndTheirAnswersDelayNoOther) {
  std::atomic<bool> over{false};
  const auto drip = [&over](httplib::Response& response) {  // a byte now and then: no single read is ever late
    response.set_chunked_content_provider("application/json", [&over](std::size_t, httplib::DataSink& sink) {
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
      return !over && sink.write(" ", 1);
    });
  };
  const Pod slow(drip);
  const Pod other(says(sha256_hex("r1")));
  for (int i = 0; i < 3; ++i) prober.digest_of(slow.target("slow" + std::to_string(i)));
  EXPECT_EQ(wait_for(other.target("other")), sha256_hex("r1"));
  EXPECT_EQ(prober.digest_of(slow.target("slow0")), std::nullopt);
  over = true;
}

TEST_F(DigestProberTest, ReadsNoMoreOfAnAnswerThanADigestNeeds) {
  std::atomic<std::size_t> sent{0};
  std::atomic<int> refusals{0};
  const auto flood = [&](httplib::Response& response) {
    response.set_chunked_content_provider("application/json", [&](std::size_t, httplib::DataSink& sink) {
      const std::string piece(4096, ' ');
      sent += piece.size();
      return sink.write(piece.data(), piece.size());
    });
    response.content_provider_resource_releaser_ = [&](bool) {
      const std::scoped_lock lock(mutex);
      ++refusals;
      told.notify_all();
    };
  };
  const Pod pod(flood);
  prober.digest_of(pod.target("a"));
  std::unique_lock lock(mutex);
  ASSERT_TRUE(told.wait_for(lock, std::chrono::minutes(1), [&] { return refusals > 0; }));
  EXPECT_LT(sent, std::size_t{64} << 20) << "the connection's buffers, no more";
}

TEST_F(DigestProberTest, APodThatIsGoneIsForgottenAndItsRolloutLookedAt) {
  DigestProber::Target gone;
  {
    const Pod pod(says(sha256_hex("r1")));
    gone = pod.target("gone");
  }
  EXPECT_EQ(prober.digest_of(gone), std::nullopt);
  std::unique_lock lock(mutex);
  EXPECT_TRUE(told.wait_for(lock, std::chrono::minutes(2), [&] { return looks == 1; }));
}

}  // namespace
}  // namespace pawl::adapters
