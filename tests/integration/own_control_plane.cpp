#include "integration/own_control_plane.h"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <regex>
#include <stdexcept>
#include <utility>

namespace pawl::integration {
namespace {

namespace fs = std::filesystem;

constexpr auto kAddress = "10.199.0.1";  // hack/local/cluster gives it to each of its network namespaces
constexpr auto kPort = "7443";
constexpr auto kEtcd = "http://127.0.0.1:3379";
constexpr auto kEtcdPeers = "http://127.0.0.1:3380";
constexpr auto kKeyOfNobody = "b3V0c2lkZQ==";  // base64 of "outside", where no API server looks

std::string text_of(const fs::path& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

fs::path fresh_folder() {
  std::string name = (fs::temp_directory_path() / "pawl-control-plane-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("no folder could be made like " + name);
  return name;
}

fs::path cluster_folder() {
  const char* state = std::getenv("PAWL_CLUSTER_STATE");
  if (state == nullptr)
    throw std::runtime_error("PAWL_CLUSTER_STATE is not set; run the tests by 'hack/local/cluster run'");
  return state;
}

std::shared_ptr<kube::Transport> connect_by(const fs::path& kubeconfig, const std::string& content) {
  std::ofstream(kubeconfig) << content;
  kube::ConnectionChoice choice;
  choice.kubeconfig = kubeconfig;
  auto transport = kube::connect(choice);
  if (!transport) throw std::runtime_error(transport.error().message);
  return *transport;
}

std::shared_ptr<kube::Transport> connect_to_etcd(const fs::path& folder) {
  return connect_by(
      folder / "kubeconfig-etcd",
      Json{{"apiVersion", "v1"},
           {"kind", "Config"},
           {"current-context", "etcd"},
           {"clusters", Json::array({{{"name", "etcd"}, {"cluster", {{"server", kEtcd}}}}})},
           {"users", Json::array({{{"name", "none"}, {"user", Json::object()}}})},
           {"contexts", Json::array({{{"name", "etcd"}, {"context", {{"cluster", "etcd"}, {"user", "none"}}}}})}}
          .dump());
}

std::shared_ptr<kube::Transport> connect_to_api_server(const fs::path& folder, const fs::path& cluster) {
  const std::string of_cluster = text_of(cluster / "kubeconfig-admin");
  return connect_by(folder / "kubeconfig-admin",
                    std::regex_replace(of_cluster, std::regex(":6443"), std::string(":") + kPort));
}

std::string tool(const std::string& name) {
  const std::string command = std::string(PAWL_SOURCE_DIR) + "/hack/local/tools path " + name;
  const std::unique_ptr<FILE, int (*)(FILE*)> said(::popen(command.c_str(), "r"), ::pclose);
  std::array<char, 4096> line{};
  if (!said || std::fgets(line.data(), line.size(), said.get()) == nullptr)
    throw std::runtime_error(command + " failed");
  std::string path = line.data();
  path.pop_back();
  return path;
}

}  // namespace

OwnProcess::OwnProcess(const std::vector<std::string>& command, const fs::path& log) {
  std::vector<char*> words;
  for (const std::string& word : command) words.push_back(const_cast<char*>(word.c_str()));  // exec does not write
  words.push_back(nullptr);
  const int said = ::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  pid_ = ::fork();
  if (pid_ < 0 || said < 0) throw std::runtime_error("cannot start " + command.front());
  if (pid_ == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    ::dup2(said, STDOUT_FILENO);
    ::dup2(said, STDERR_FILENO);
    ::execv(words.front(), words.data());
    ::_exit(127);
  }
  ::close(said);
}

OwnProcess::~OwnProcess() {
  ::kill(pid_, SIGKILL);  // as a crash would; etcd recovers from its log, and an API server with a watch would linger
  ::waitpid(pid_, nullptr, 0);
}

bool OwnProcess::alive() const {
  siginfo_t ended{};
  // WNOWAIT: its number stays ours until the destructor has used it.
  ::waitid(P_PID, static_cast<id_t>(pid_), &ended, WEXITED | WNOHANG | WNOWAIT);
  return ended.si_pid == 0;
}

OwnControlPlane::OwnControlPlane()
    : folder_(fresh_folder()),
      cluster_(cluster_folder()),
      etcd_(connect_to_etcd(folder_)),
      transport_(connect_to_api_server(folder_, cluster_)),
      client_(transport_) {
  start_etcd();
  start_api_server();
}

OwnControlPlane::~OwnControlPlane() {
  stop();
  std::error_code ignored;
  fs::remove_all(folder_, ignored);
}

void OwnControlPlane::start_etcd() {
  const fs::path log = folder_ / "etcd.log";
  etcd_process_ = std::make_unique<OwnProcess>(
      std::vector<std::string>{tool("etcd"), "--name", "own", "--data-dir", data(), "--unsafe-no-fsync", "--log-level",
                               "warn", "--listen-client-urls", kEtcd, "--advertise-client-urls", kEtcd,
                               "--listen-peer-urls", kEtcdPeers, "--initial-advertise-peer-urls", kEtcdPeers,
                               "--initial-cluster", std::string("own=") + kEtcdPeers},
      log);
  await_ready(*etcd_process_, *etcd_, "/readyz", log);
}

void OwnControlPlane::start_api_server() {
  const fs::path log = folder_ / "kube-apiserver.log";
  const std::string pki = cluster_ / "pki";
  api_server_ = std::make_unique<OwnProcess>(std::vector<std::string>{tool("kube-apiserver"),
                                                                      "--etcd-servers",
                                                                      kEtcd,
                                                                      "--bind-address",
                                                                      kAddress,
                                                                      "--advertise-address",
                                                                      kAddress,
                                                                      "--secure-port",
                                                                      kPort,
                                                                      "--endpoint-reconciler-type",
                                                                      "none",
                                                                      "--tls-cert-file",
                                                                      pki + "/server.crt",
                                                                      "--tls-private-key-file",
                                                                      pki + "/server.key",
                                                                      "--cert-dir",
                                                                      folder_,
                                                                      "--token-auth-file",
                                                                      cluster_ / "tokens.csv",
                                                                      "--authorization-mode",
                                                                      "RBAC",
                                                                      "--disable-admission-plugins",
                                                                      "ServiceAccount",
                                                                      "--service-cluster-ip-range",
                                                                      "10.96.0.0/16",
                                                                      "--service-account-issuer",
                                                                      "https://kubernetes.default.svc",
                                                                      "--service-account-key-file",
                                                                      pki + "/service-account.pub",
                                                                      "--service-account-signing-key-file",
                                                                      pki + "/service-account.key"},
                                             log);
  await_ready(*api_server_, *transport_, "/readyz", log);
}

void OwnControlPlane::stop() {
  api_server_.reset();
  etcd_process_.reset();
}

void OwnControlPlane::await_ready(const OwnProcess& process, kube::Transport& of, const std::string& path,
                                  const fs::path& log) const {
  const SystemClock clock;
  const BootTime end = clock.boot() + std::chrono::minutes{1};
  kube::HttpRequest request;
  request.path = path;
  while (clock.boot() < end && process.alive()) {
    const auto answer = of.unary(request, {});
    if (answer && answer->status == 200) return;
    std::this_thread::sleep_for(std::chrono::milliseconds{50});
  }
  const std::string said = text_of(log);
  throw std::runtime_error("not ready: " + log.filename().string() + ": " +
                           said.substr(said.size() - std::min<std::size_t>(said.size(), 2000)));
}

Json OwnControlPlane::ask_etcd(const std::string& path, const Json& question) const {
  kube::HttpRequest request;
  request.method = kube::Method::Post;
  request.path = path;
  request.body = question.dump();
  request.content_type = "application/json";
  const auto answer = etcd_->unary(request, {});
  if (!answer) throw std::runtime_error(answer.error().message);
  if (answer->status != 200) throw std::runtime_error("etcd refuses " + path + ": " + answer->body);
  return Json::parse(answer->body);
}

void OwnControlPlane::compact() {
  const Json latest = ask_etcd("/v3/kv/range", {{"key", kKeyOfNobody}}).at("header").at("revision");
  ask_etcd("/v3/kv/compaction", {{"revision", latest}, {"physical", true}});
  api_server_.reset();
  start_api_server();
}

void OwnControlPlane::back_up() {
  stop();
  fs::copy(data(), folder_ / "backup", fs::copy_options::recursive);
  start_etcd();
  start_api_server();
}

void OwnControlPlane::restore() {
  stop();
  fs::remove_all(data());
  fs::rename(folder_ / "backup", data());
  start_etcd();
  start_api_server();
}

void OwnControlPlane::pass_versions(int count) const {
  for (int i = 0; i < count; ++i) ask_etcd("/v3/kv/put", {{"key", kKeyOfNobody}, {"value", kKeyOfNobody}});
}

}  // namespace pawl::integration
