#include "gate/http_target.h"

#include <gtest/gtest.h>
#include <httplib.h>

#include <condition_variable>
#include <mutex>
#include <thread>

#include "base/system_clock.h"
#include "unit/gate/cases.h"

namespace pawl::gate {
namespace {

/// An agent whose every answer is scripted.
class Scripted : public ::testing::Test {
 protected:
  Scripted() {
    server.set_keep_alive_timeout(1);
    server.Post(".*", [this](const httplib::Request& request, httplib::Response& response) {
      path = request.path;
      key = request.get_header_value("Authorization");
      conversation = request.get_header_value("X-Conversation-Id");
      speak(response);
    });
    server.Get("/revision", [this](const httplib::Request&, httplib::Response& response) {
      response.set_content(revision, "application/json");
    });
    port = server.bind_to_any_port("127.0.0.1");
    thread = std::thread([this] { server.listen_after_bind(); });
    while (!server.is_running()) std::this_thread::yield();
  }
  ~Scripted() override {
    {
      const std::scoped_lock lock(mutex);
      over = true;
    }
    wake.notify_all();
    server.stop();
    thread.join();
  }
  /// Says nothing until the test is over.
  void hang(httplib::Response& /*response*/) {
    std::unique_lock lock(mutex);
    wake.wait(lock, [this] { return over; });
  }

  std::unique_ptr<Target> target(HttpTargetOptions options = {.urls = {}}) {
    if (options.urls.empty()) options.urls = {"http://127.0.0.1:" + std::to_string(port)};
    auto made = make_http_target(options, clock);
    EXPECT_TRUE(made) << made.error().message;
    return std::move(*made);
  }
  static domain::Case question() { return tests::a_case("refunds", 1); }

  std::function<void(httplib::Response&)> speak = [](httplib::Response& response) {
    response.set_content(R"({"choices":[{"message":{"content":"right 1"}}]})", "application/json");
  };
  std::string revision = R"({"digest":"d"})";
  std::string path;
  std::string key;
  std::string conversation;
  int port = 0;
  const SystemClock clock;

 private:
  httplib::Server server;
  std::thread thread;
  std::mutex mutex;
  std::condition_variable wake;
  bool over = false;
};

TEST_F(Scripted, EveryQuestionIsAConversationOfItsOwn) {
  int made = 0;
  const auto agent = target({.urls = {}, .conversation = [&made] { return "c-" + std::to_string(++made); }});
  for (const char* expected : {"c-1", "c-2"}) {
    ASSERT_TRUE(agent->ask(question(), {}));
    EXPECT_EQ(conversation, expected);
  }
}

TEST_F(Scripted, IsAskedForAChatCompletion) {
  const auto reply = target({.urls = {}, .key = "secret"})->ask(question(), {});
  ASSERT_TRUE(reply) << reply.error().message;
  EXPECT_EQ(reply->answer.text, "right 1");
  EXPECT_TRUE(reply->answer.latency);
  EXPECT_EQ(path, "/v1/chat/completions");
  EXPECT_EQ(key, "Bearer secret");
}

TEST_F(Scripted, IsAskedByAnIPv6AddressWithLetters) {
  const std::string url = "http://[::ffff:127.0.0.1]:" + std::to_string(port);
  const auto reply = target({.urls = {url}})->ask(question(), {});
  ASSERT_TRUE(reply) << reply.error().message;
  EXPECT_EQ(reply->answer.text, "right 1");
}

TEST_F(Scripted, IsAskedAtItsOwnPath) {
  const std::string origin = "http://127.0.0.1:" + std::to_string(port);
  ASSERT_TRUE(target({.urls = {origin + "/agents/bot/v1"}})->ask(question(), {}));
  EXPECT_EQ(path, "/agents/bot/v1/chat/completions");
  ASSERT_TRUE(target({.urls = {origin + "/ask"},
                      .shape = {.request = R"({"q":"{{input}}"})", .answer = "/choices/0/message/content"}})
                  ->ask(question(), {}));
  EXPECT_EQ(path, "/ask");
}

TEST_F(Scripted, FailsItselfWithAnErrorStatus) {
  speak = [](httplib::Response& response) { response.status = 500; };
  const auto reply = target()->ask(question(), {});
  ASSERT_TRUE(reply);
  EXPECT_NE(reply->answer.error.find("answered 500"), std::string::npos);
}

TEST_F(Scripted, FailsItselfWithAnEndlessAnswer) {
  speak = [](httplib::Response& response) {
    response.set_content(std::string(std::size_t{9} << 20, 'x'), "application/json");
  };
  const auto reply = target()->ask(question(), {});
  ASSERT_TRUE(reply);
  EXPECT_NE(reply->answer.error.find("longer than"), std::string::npos);
}

TEST_F(Scripted, FailsItselfWhenItLetsTheTimeRunOutAndIsStillThere) {
  speak = [this](httplib::Response& response) { hang(response); };
  const auto reply = target({.urls = {}, .timeout = Duration{100}})->ask(question(), {});
  ASSERT_TRUE(reply) << reply.error().message;
  EXPECT_NE(reply->answer.error.find("100ms"), std::string::npos);
}

TEST_F(Scripted, IsNotBlamedForACutConnection) {
  speak = [](httplib::Response& response) {
    response.set_content_provider(100, "application/json",
                                  [](std::size_t, std::size_t, httplib::DataSink&) { return false; });
  };
  const auto reply = target()->ask(question(), {});
  ASSERT_FALSE(reply);
  EXPECT_EQ(reply.error().kind, ErrorKind::Unavailable);
}

TEST_F(Scripted, IsNotBlamedWhereNobodyListens) {
  const auto reply = target({.urls = {"http://127.0.0.1:1"}})->ask(question(), {});
  ASSERT_FALSE(reply);
  EXPECT_EQ(reply.error().kind, ErrorKind::Unavailable);
}

TEST_F(Scripted, IsLeftWhenTheRunIsStopped) {
  std::stop_source stop;
  speak = [&](httplib::Response& response) {
    stop.request_stop();
    hang(response);
  };
  const auto reply = target()->ask(question(), stop.get_token());
  ASSERT_FALSE(reply);
  EXPECT_EQ(reply.error().kind, ErrorKind::Cancelled);
}

TEST_F(Scripted, TellsItsBundleInTheAnswerOnlyByADigest) {
  speak = [](httplib::Response& response) {
    response.set_header("X-Agent-Revision", "r2");
    response.set_content("{}", "application/json");
  };
  EXPECT_EQ(target()->ask(question(), {})->digest, "");
  speak = [](httplib::Response& response) {
    response.set_header("X-Agent-Revision", std::string(64, 'a'));
    response.set_content("{}", "application/json");
  };
  EXPECT_EQ(target()->ask(question(), {})->digest, std::string(64, 'a'));
}

TEST_F(Scripted, MustSayWhichBundleItRuns) {
  EXPECT_EQ(*target()->digest({}), "d");
  for (const char* text : {"", "{}", R"({"digest":""})", R"({"digest":3})", "d"}) {
    revision = text;
    const auto digest = target()->digest({});
    ASSERT_FALSE(digest) << text;
    EXPECT_NE(digest.error().message.find("/revision"), std::string::npos);
  }
}

TEST_F(Scripted, MustRunOneBundleAtAllItsAddresses) {
  httplib::Server other;
  other.Get("/revision", [](const httplib::Request&, httplib::Response& response) {
    response.set_content(R"({"digest":"another"})", "application/json");
  });
  other.set_keep_alive_timeout(1);
  const int other_port = other.bind_to_any_port("127.0.0.1");
  std::jthread listening([&other] { other.listen_after_bind(); });
  while (!other.is_running()) std::this_thread::yield();
  const auto digest =
      target({.urls = {"http://127.0.0.1:" + std::to_string(port), "http://127.0.0.1:" + std::to_string(other_port)}})
          ->digest({});
  ASSERT_FALSE(digest);
  EXPECT_EQ(digest.error().kind, ErrorKind::Conflict);
  other.stop();
}

TEST(HttpTarget, RefusesWhatIsNoAddress) {
  const SystemClock clock;
  EXPECT_FALSE(make_http_target({.urls = {}}, clock));
  EXPECT_FALSE(make_http_target({.urls = {"ftp://x"}}, clock));
}

}  // namespace
}  // namespace pawl::gate
