// Sender identity, asked of the API server.
#pragma once

#include <memory>
#include <string>

#include "kube/client.h"
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

}  // namespace pawl::scorer
