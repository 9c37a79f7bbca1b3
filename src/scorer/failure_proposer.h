// Writes what a revision got wrong, once, when it has been taken back.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/time.h"
#include "kube/client.h"
#include "scorer/proposal.h"

namespace pawl::scorer {

/// Called from one thread.
class FailureProposer {
 public:
  /// The failures of an agent's revision, named by its label.
  using Failures = std::function<std::vector<Failure>(const std::string& agent, const std::string& revision)>;

  /// A write that was refused is tried again after this.
  static constexpr Duration kRetry{10'000};
  /// A revision of which no failure came for so long is told as one without a proposal.
  static constexpr Duration kPatience{600'000};

  /// `grading` must outlive this.
  FailureProposer(std::shared_ptr<const kube::Client> client, Failures failures, const Grading& grading)
      : client_(std::move(client)), failures_(std::move(failures)), grading_(grading) {}

  /// With every list of rollouts. A revision is done once its object is made or is there already. Until then it is
  /// looked for again as long as it is quarantined: records may be graded after the rollback.
  void look(const std::vector<kube::Json>& rollouts, BootTime now);

 private:
  struct Known {
    TakenBack taken;  ///< with what is known only while the decision is the rollout's last
    BootTime since;
    BootTime next_try;
    bool done = false;
    bool told = false;  ///< that it fails, or that there is nothing
  };
  enum class Proposed { There, Nothing };

  [[nodiscard]] Result<Proposed> propose(const TakenBack& taken) const;
  void attend(Known& known, BootTime now) const;

  std::shared_ptr<const kube::Client> client_;
  Failures failures_;
  const Grading& grading_;
  std::map<std::string, Known> known_;  ///< by "namespace/rollout digest"
};

}  // namespace pawl::scorer
