// Writes what a revision got wrong, once, when it has been taken back.
#pragma once

#include <functional>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "kube/client.h"
#include "scorer/proposal.h"

namespace pawl::scorer {

/// Called from one thread. Failures are kept in memory: a scorer that was started after a rollback proposes nothing of
/// it.
class FailureProposer {
 public:
  /// The failures of an agent's revision, named by its label.
  using Failures = std::function<std::vector<Failure>(const std::string& agent, const std::string& revision)>;

  /// `grading` must outlive this.
  FailureProposer(std::shared_ptr<const kube::Client> client, Failures failures, const Grading& grading)
      : client_(std::move(client)), failures_(std::move(failures)), grading_(grading) {}

  /// With every list of rollouts. What could not be written is tried again with the next; one that is there already
  /// stands.
  void look(const std::vector<kube::Json>& rollouts);

 private:
  [[nodiscard]] Status propose(const TakenBack& taken) const;

  std::shared_ptr<const kube::Client> client_;
  Failures failures_;
  const Grading& grading_;
  std::set<std::string> done_;     ///< "namespace/rollout digest"
  std::set<std::string> failing_;  ///< told once
};

}  // namespace pawl::scorer
