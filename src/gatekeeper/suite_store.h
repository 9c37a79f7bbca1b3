// EvalSuites and their cases in the cluster. The gate alone writes their status.
#pragma once

#include <string>
#include <vector>

#include "base/time.h"
#include "domain/gate/suite.h"
#include "gate/suites.h"
#include "gatekeeper/suite_memory.h"
#include "kube/client.h"
#include "suite/regression.h"

namespace pawl::gatekeeper {

inline const kube::Resource kEvalSuites{"pawl.dev", "v1alpha1", "evalsuites"};

/// On each Secret: the name of the EvalSuite whose cases it holds. The gate's namespace may hold other secrets, and
/// whoever writes an EvalSuite shall not have those read, nor another suite's cases judged by a fresh ledger.
inline constexpr const char* kSuiteLabel = "pawl.dev/suite";

/// In the ConfigMaps of a regression suite, beside the cases or in one of their own: who set which case aside
/// (suite/waivers.h).
inline constexpr const char* kWaiversKey = "waivers.jsonl";

struct StoredSuite {
  kube::ObjectKey key;
  std::string resource_version;
  domain::SuiteSpec spec;
  domain::SuiteStatus status;  ///< as it stands in the cluster
  gate::Suite suite;
  domain::CaseSample sample{};  ///< of the cases; of a held-out suite only
  [[nodiscard]] bool held_out() const { return spec.tier == domain::SuiteTier::HeldOut; }
};

/// Of the generation that the owner says the set is in; empty when that is a new one.
domain::Ledger ledger_of(const StoredSuite& suite);

class SuiteStore {
 public:
  /// Held-out cases are Secrets of `own_ns`. Client and clock must outlive the store.
  SuiteStore(const kube::Client& client, std::string own_ns, const Clock& clock)
      : client_(client), own_ns_(std::move(own_ns)), clock_(clock), memory_(client, own_ns_) {}

  /// The suite with all its cases; what was found is written into its status. An error when it cannot be judged by: the
  /// condition Ready then says why, and for a held-out suite neither does name a case. Of Secrets only those are read
  /// that say in their label kSuiteLabel that they belong to it. The frozen cases of a
  /// regression suite are remembered, and it is not Ready while one is gone that no waiver names. They and the ledger
  /// are told again to an EvalSuite that was deleted and made anew.
  Result<StoredSuite> load(const kube::ObjectKey& key) const;

  /// Writes the ledger. Conflict if the suite was changed since it was loaded.
  Status store_ledger(StoredSuite& suite, const domain::Ledger& ledger) const;

 private:
  /// What the objects of a suite hold, put together.
  struct Lines {
    std::string cases;
    std::string waivers;  ///< Regression only
  };
  Result<Lines> read_lines(const StoredSuite& suite) const;
  Result<std::vector<nlohmann::json>> objects(const domain::CaseObjects& which, const kube::Resource& resource,
                                              const std::string& ns) const;
  Result<suite::Regression> read_cases(const StoredSuite& suite) const;
  Status tell_remembered(StoredSuite& suite, const domain::SuiteRecord& remembered) const;
  Status write(StoredSuite& suite, domain::SuiteStatus wanted) const;

  const kube::Client& client_;
  std::string own_ns_;
  const Clock& clock_;
  SuiteMemory memory_;
};

}  // namespace pawl::gatekeeper
