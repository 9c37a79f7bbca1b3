// What the gate remembers of each suite by its name, where nobody who may delete an EvalSuite can delete it with it: a
// Secret of the gate's namespace for each suite that has frozen cases or a ledger.
#pragma once

#include <string>

#include "domain/gate/suite_record.h"
#include "kube/client.h"

namespace pawl::gatekeeper {

inline const kube::Resource kSecrets{"", "v1", "secrets"};

/// On each Secret that remembers a suite. Its own label keeps it from being read as the cases of one.
inline constexpr const char* kMemoryLabel = "pawl.dev/suite-memory";
/// The Secret's key.
inline constexpr const char* kMemoryKey = "suite.json";

/// "pawl-suite-" and 16 hex digits.
std::string suite_memory_name(const kube::ObjectKey& suite);

class SuiteMemory {
 public:
  /// The client must outlive it.
  SuiteMemory(const kube::Client& client, std::string own_ns) : client_(client), own_ns_(std::move(own_ns)) {}

  /// Empty of a suite that was never kept. Malformed, with the remedy, where somebody has spoilt the Secret.
  [[nodiscard]] Result<domain::SuiteRecord> recall(const kube::ObjectKey& suite) const;
  /// Replaces what was kept.
  [[nodiscard]] Status keep(const kube::ObjectKey& suite, const domain::SuiteRecord& record) const;

 private:
  const kube::Client& client_;
  std::string own_ns_;
};

}  // namespace pawl::gatekeeper
