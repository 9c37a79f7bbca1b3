// Sender identity and live rollouts, asked of the API server.
#pragma once

#include <functional>
#include <memory>
#include <stop_token>
#include <vector>

#include "kube/client.h"
#include "scorer/cohorts.h"
#include "scorer/sender_identity.h"

namespace pawl::scorer {

/// TokenReview, then the pod's labels. Two requests per call: wrap it in CachedIdentity.
class KubeIdentity final : public SenderIdentity {
 public:
  explicit KubeIdentity(std::shared_ptr<const kube::Client> client) : client_(std::move(client)) {}
  Result<Sender> identify(const std::string& token) override;
  /// One request.
  Result<std::string> account(const std::string& token) override;

 private:
  std::shared_ptr<const kube::Client> client_;
};

/// Keeps a table of live rollouts by listing them every `every`, until stopped. A failed list keeps the last good one.
class CohortRefresher {
 public:
  /// Told every list, in the refresher's thread.
  using OnList = std::function<void(const std::vector<kube::Json>& rollouts)>;

  CohortRefresher(std::shared_ptr<const kube::Client> client, std::string ns, std::shared_ptr<CohortTable> table,
                  OnList on_list, Duration every = Duration{500});
  void run(std::stop_token stop);
  /// One list. Also called once before serving, so that no early record misses its rollout.
  Status refresh(std::stop_token stop);

 private:
  std::shared_ptr<const kube::Client> client_;
  std::string ns_;
  std::shared_ptr<CohortTable> table_;
  OnList on_list_;
  Duration every_;
};

}  // namespace pawl::scorer
