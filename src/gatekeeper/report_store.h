// Keeps the gate's whole reports, which name held-out cases, where these are kept: as Secrets of the gate's namespace.
#pragma once

#include <string>

#include "base/time.h"
#include "domain/gate/gate_report.h"
#include "kube/client.h"

namespace pawl::gatekeeper {

/// How many reports are kept; of more the oldest go.
inline constexpr std::size_t kReportsKept = 50;

class ReportStore {
 public:
  /// The client must outlive the store.
  ReportStore(const kube::Client& client, std::string own_ns) : client_(client), own_ns_(std::move(own_ns)) {}

  /// Replaces the report of an earlier judgement of the same candidate for the same rollout.
  [[nodiscard]] Status keep(const kube::ObjectKey& rollout, const domain::GateReport& report, Instant now) const;

 private:
  [[nodiscard]] Status remove_oldest() const;

  const kube::Client& client_;
  std::string own_ns_;
};

}  // namespace pawl::gatekeeper
