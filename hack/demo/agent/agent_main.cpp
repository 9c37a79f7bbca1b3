// pawl-demo-agent: a customer support agent whose behaviour is its mounted bundle.
#include <CLI/CLI.hpp>
#include <cstdlib>
#include <thread>

#include "agent/agent_server.h"
#include "agent/bundle_dir.h"
#include "base/log.h"
#include "base/system_clock.h"
#include "model/http_model.h"
#include "model/small_model.h"
#include "runtime/program.h"

namespace pawl::demo {
namespace {

struct Flags {
  std::string bundle;
  std::string listen = "127.0.0.1:8080";
  std::string scorer;
  std::string token_file;
  std::string agent = "support-bot";
};

std::string env(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

std::unique_ptr<ChatModel> make_model() {
  if (env("MODEL_URL").empty()) return std::make_unique<SmallModel>();
  return std::make_unique<HttpModel>(env("MODEL_URL"), env("MODEL_NAME"), env("MODEL_API_KEY"));
}

Status run(const Flags& flags, const runtime::Termination& termination) {
  const auto files = read_bundle_dir(flags.bundle);
  if (!files) return fail(files.error());
  auto behaviour = read_behaviour(*files);
  if (!behaviour) return fail(behaviour.error());
  const auto colon = flags.listen.rfind(':');
  if (colon == std::string::npos) return fail(ErrorKind::Invalid, "not an address:port: " + flags.listen);
  const SystemClock clock;
  const auto model = make_model();
  Recorder recorder(flags.scorer, flags.token_file);
  log::info("agent", {{"digest", behaviour->digest},
                      {"listen", flags.listen},
                      {"model", env("MODEL_URL").empty() ? "built in" : env("MODEL_URL")}});
  AgentServer server(std::move(*behaviour), *model, recorder, clock, {flags.agent, env("AGENT_REVISION")});
  const std::jthread watcher([&](const std::stop_token& ended) {
    if (termination.wait(ended)) server.stop();
  });
  if (!server.serve(flags.listen.substr(0, colon), std::atoi(flags.listen.c_str() + colon + 1))) {
    return fail(ErrorKind::Unavailable, "cannot listen on " + flags.listen);
  }
  return {};
}

}  // namespace
}  // namespace pawl::demo

int main(int argc, char** argv) {
  using namespace pawl;
  demo::Flags flags;
  CLI::App app("A customer support agent whose behaviour is its mounted bundle. MODEL_URL chooses a real model.");
  app.add_option("--bundle", flags.bundle, "Where the bundle is mounted")->required();
  app.add_option("--listen", flags.listen, "ADDRESS:PORT")->capture_default_str();
  app.add_option("--scorer", flags.scorer, "URL of the scorer; no records are sent without it");
  app.add_option("--token-file", flags.token_file, "The token to show to the scorer");
  app.add_option("--agent", flags.agent, "The agent's name in records")->capture_default_str();
  CLI11_PARSE(app, argc, argv);
  log::configure("pawl-demo-agent", log::Level::Info, log::Format::Text);
  return runtime::run_program([&](const auto& termination) { return demo::run(flags, termination); });
}
