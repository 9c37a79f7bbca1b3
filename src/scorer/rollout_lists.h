// The rollouts, listed again and again: who needs them does so on a thread of its own, so that nobody waits for
// another.
#pragma once

#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "base/time.h"
#include "kube/client.h"

namespace pawl::scorer {

class RolloutLists {
 public:
  using OnList = std::function<void(const std::vector<kube::Json>& rollouts)>;

  /// `ns` empty: every namespace.
  RolloutLists(std::shared_ptr<const kube::Client> client, std::string ns, Duration every = Duration{500})
      : client_(std::move(client)), ns_(std::move(ns)), every_(every) {}

  /// Calls `on_list`, in this thread, with each list until stop. A list that fails is made again; the first failure of
  /// several in a row is logged as what keeps `whom` from its work.
  void follow(const std::string& whom, const OnList& on_list, const std::stop_token& stop) const;

 private:
  [[nodiscard]] Result<std::vector<kube::Json>> list(const std::stop_token& stop) const;

  std::shared_ptr<const kube::Client> client_;
  std::string ns_;
  Duration every_;
};

}  // namespace pawl::scorer
