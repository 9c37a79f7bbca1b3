// EvalSuites and their cases in the cluster. The gate alone writes their status.
#pragma once

#include <string>
#include <vector>

#include "base/time.h"
#include "domain/gate/suite.h"
#include "gate/suites.h"
#include "kube/client.h"

namespace pawl::gatekeeper {

inline const kube::Resource kEvalSuites{"pawl.dev", "v1alpha1", "evalsuites"};
inline const kube::Resource kSecrets{"", "v1", "secrets"};

struct StoredSuite {
  kube::ObjectKey key;
  std::string resource_version;
  domain::SuiteSpec spec;
  domain::SuiteStatus status;  ///< as it stands in the cluster
  gate::Suite suite;
  [[nodiscard]] bool held_out() const { return spec.tier == domain::SuiteTier::HeldOut; }
};

class SuiteStore {
 public:
  /// Held-out cases are Secrets of `own_ns`. Client and clock must outlive the store.
  SuiteStore(const kube::Client& client, std::string own_ns, const Clock& clock)
      : client_(client), own_ns_(std::move(own_ns)), clock_(clock) {}

  /// The suite with all its cases; what was found is written into its status. An error when it cannot be judged by: the
  /// condition Ready then says why, and for a held-out suite neither does name a case.
  Result<StoredSuite> load(const kube::ObjectKey& key) const;

  /// Writes the ledger. Conflict if the suite was changed since it was loaded.
  Status store_ledger(StoredSuite& suite, const domain::Ledger& ledger) const;

 private:
  Result<std::string> read_lines(const StoredSuite& suite) const;
  Result<std::vector<nlohmann::json>> objects(const domain::CaseObjects& which, const kube::Resource& resource,
                                              const std::string& ns) const;
  Result<std::vector<domain::Case>> read_cases(const StoredSuite& suite) const;
  Status write(StoredSuite& suite, domain::SuiteStatus wanted) const;

  const kube::Client& client_;
  std::string own_ns_;
  const Clock& clock_;
};

}  // namespace pawl::gatekeeper
