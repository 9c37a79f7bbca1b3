// The scorer itself: takes records in, grades them later, counts them for the sender that its identity names.
#pragma once

#include <memory>
#include <stop_token>
#include <string>

#include "base/time.h"
#include "scorer/answer.h"
#include "scorer/bounded_queue.h"
#include "scorer/cohorts.h"
#include "scorer/failure_store.h"
#include "scorer/grading.h"
#include "scorer/interaction.h"
#include "scorer/score_metrics.h"
#include "scorer/sender_identity.h"

namespace pawl::scorer {

/// Thread-safe.
class Scorer {
 public:
  struct Options {
    std::size_t queue = 8192;
    std::string gate_key{};  ///< what the gate marks its questions with: they are neither counted nor kept. Empty: none
                             ///< are marked
  };

  Scorer(Grading grading, std::shared_ptr<SenderIdentity> identity, std::shared_ptr<const Cohorts> cohorts,
         std::unique_ptr<FailureStore> failures, const Clock& clock, Options options);

  /// POST /v1/interactions. `authorization` is the header's value. Never waits for grading.
  Answer accept(const std::string& authorization, const std::string& body);
  /// GET /failures; an empty agent means all. Newest last.
  [[nodiscard]] std::string failures(const std::string& agent) const;
  [[nodiscard]] const FailureStore& failures() const { return *failures_; }
  /// The worker: grades until `stop`, then what is left in the queue.
  void run(std::stop_token stop);

  [[nodiscard]] const Grading& grading() const { return grading_; }
  [[nodiscard]] const ScoreMetrics& metrics() const { return metrics_; }

 private:
  struct Item {
    Interaction interaction;
    Sender sender;
  };

  [[nodiscard]] bool asked_by_the_gate(const Interaction& interaction) const;
  Answer reject(int status, const std::string& reason, const std::string& message);
  void count(const Item& item);
  [[nodiscard]] Arm arm_of(const Item& item) const;

  Grading grading_;
  std::shared_ptr<SenderIdentity> identity_;
  std::shared_ptr<const Cohorts> cohorts_;
  const Clock& clock_;
  Options options_;
  ScoreMetrics metrics_;
  BoundedQueue<Item> queue_;
  std::unique_ptr<FailureStore> failures_;
};

}  // namespace pawl::scorer
