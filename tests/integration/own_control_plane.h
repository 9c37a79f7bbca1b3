// etcd and an API server of a test's own, beside the cluster's: what a test does to their history hurts nobody else.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "integration/real_cluster.h"

namespace pawl::integration {

/// A program that runs until this object goes, or until this process does.
class OwnProcess {
 public:
  /// What it says is added to the file `log`. Throws if it cannot be started.
  OwnProcess(const std::vector<std::string>& command, const std::filesystem::path& log);
  ~OwnProcess();
  OwnProcess(const OwnProcess&) = delete;
  OwnProcess& operator=(const OwnProcess&) = delete;

  [[nodiscard]] bool alive() const;

 private:
  pid_t pid_;
};

/// Speaks with the certificate and the identities of the cluster that the tests run in, on other ports of its address.
/// No controllers, no kinds beside those that are built in. Not thread-safe. Errors are exceptions.
class OwnControlPlane {
 public:
  /// Both run and are ready.
  OwnControlPlane();
  ~OwnControlPlane();
  OwnControlPlane(const OwnControlPlane&) = delete;
  OwnControlPlane& operator=(const OwnControlPlane&) = delete;

  /// As administrator.
  [[nodiscard]] std::shared_ptr<kube::Transport> transport() const { return transport_; }
  [[nodiscard]] const kube::Client& client() const { return client_; }

  /// Forgets all of the history up to now, but the latest state of each object. The API server is started anew: it
  /// would go on with a list under way from its own memory.
  void compact();
  /// What etcd holds now, for `restore`. Both are stopped for it and started again.
  void back_up();
  /// etcd has what it had at `back_up`: its history goes back.
  void restore();
  /// Moves the history on by that many versions, though no object changes.
  void pass_versions(int count) const;

 private:
  void start_etcd();
  void start_api_server();
  void stop();
  void await_ready(const OwnProcess& process, kube::Transport& of, const std::string& path,
                   const std::filesystem::path& log) const;
  Json ask_etcd(const std::string& path, const Json& question) const;
  [[nodiscard]] std::filesystem::path data() const { return folder_ / "etcd"; }

  std::filesystem::path folder_;
  std::filesystem::path cluster_;
  std::shared_ptr<kube::Transport> etcd_;
  std::shared_ptr<kube::Transport> transport_;
  kube::Client client_;
  std::unique_ptr<OwnProcess> etcd_process_;
  std::unique_ptr<OwnProcess> api_server_;
};

}  // namespace pawl::integration
