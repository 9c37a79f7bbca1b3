// The real API server, as $KUBECONFIG and $PAWL_CLUSTER_STATE (hack/local/cluster run) name it.
#pragma once

#include <gtest/gtest.h>

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "base/system_clock.h"
#include "kube/client.h"
#include "kube/connect.h"
#include "kube/informer.h"

namespace pawl::integration {

using Json = nlohmann::json;

inline const kube::Resource kNamespaces{"", "v1", "namespaces", false};

/// Longest time that anything here may take.
inline constexpr std::chrono::seconds kPatience{20};

/// A connection as one of the cluster's identities; empty: what $KUBECONFIG says.
std::shared_ptr<kube::Transport> connect_as(const std::string& identity = {});

/// A namespace of the test's own, with a client to it. Gone with the test, in the background.
class OwnNamespace {
 public:
  OwnNamespace();
  ~OwnNamespace();
  OwnNamespace(const OwnNamespace&) = delete;
  OwnNamespace& operator=(const OwnNamespace&) = delete;

  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] kube::ObjectKey key(const std::string& object) const { return {name_, object}; }
  [[nodiscard]] std::shared_ptr<kube::Transport> transport() const { return transport_; }
  [[nodiscard]] const kube::Client& client() const { return client_; }

 private:
  std::shared_ptr<kube::Transport> transport_;
  kube::Client client_;
  std::string name_;
};

/// The base of tests that need a namespace.
class InNamespace : public testing::Test {
 protected:
  Json store_config_map(const std::string& name, const std::string& value = "one") const;
  void remove_config_map(const std::string& name) const;

  OwnNamespace own_;
  SystemClock clock_;
};

/// A list that a thread fills and a test waits on. Thread-safe.
template <class T>
class Mailbox {
 public:
  void put(T item) {
    const std::scoped_lock lock(mutex_);
    items_.push_back(std::move(item));
    changed_.notify_all();
  }
  /// The first item for which `wanted` holds; a failure of the test when none comes.
  T await(const std::function<bool(const T&)>& wanted, const std::string& what) {
    std::unique_lock lock(mutex_);
    T found{};
    const bool came = changed_.wait_for(lock, kPatience, [&] {
      for (const T& item : items_) {
        if (!wanted(item)) continue;
        found = item;
        return true;
      }
      return false;
    });
    EXPECT_TRUE(came) << "never came: " << what;
    return found;
  }
  [[nodiscard]] std::vector<T> all() const {
    const std::scoped_lock lock(mutex_);
    return items_;
  }

 private:
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<T> items_;
};

}  // namespace pawl::integration
