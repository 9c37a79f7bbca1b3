// Sender identity and live rollouts, asked of the API server.
#pragma once

#include <memory>
#include <stop_token>

#include "kube/client.h"
#include "scorer/cohorts.h"
#include "scorer/sender_identity.h"

namespace pawl::scorer {

/// TokenReview, then the pod's labels. Two requests per call: wrap it in CachedIdentity.
class KubeIdentity final : public SenderIdentity {
 public:
  explicit KubeIdentity(std::shared_ptr<const kube::Client> client) : client_(std::move(client)) {}
  Result<Sender> identify(const std::string& token) override;

 private:
  std::shared_ptr<const kube::Client> client_;
};

/// Keeps a table of live rollouts by listing them every `every`, until stopped. A failed list keeps the last good one.
class CohortRefresher {
 public:
  CohortRefresher(std::shared_ptr<const kube::Client> client, std::string ns, std::shared_ptr<CohortTable> table,
                  Duration every = Duration{500});
  void run(std::stop_token stop);
  /// One list. Also called once before serving, so that no early record misses its rollout.
  Status refresh(std::stop_token stop);

 private:
  std::shared_ptr<const kube::Client> client_;
  std::string ns_;
  std::shared_ptr<CohortTable> table_;
  Duration every_;
};

}  // namespace pawl::scorer
