// Everything that one verdict is about, read from the API server.
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "domain/gate/gate_verdict.h"
#include "gate/case_graders.h"
#include "gate/run.h"
#include "gatekeeper/request.h"
#include "gatekeeper/suite_store.h"
#include "kube/client.h"

namespace pawl::gatekeeper {

struct Revision {
  std::string name;
  std::string uid;
  std::string resource_version;
  domain::RevisionSpec spec;
  std::string digest;  ///< of its files, computed here: nobody's word is taken
  std::optional<domain::RevisionGate> verdict;
};

/// Everything one verdict is about.
struct Matter {
  Request request;
  std::vector<Revision> revisions;  ///< of the agent
  std::vector<StoredSuite> suites;
  gate::RunOrder order;
  std::vector<gate::Suite> cases;
  domain::GateBinding binding;
  std::string key;  ///< binding_digest

  [[nodiscard]] const Revision* by_name(const std::string& name) const {
    const auto found =
        std::find_if(revisions.begin(), revisions.end(), [&](const Revision& each) { return each.name == name; });
    return found == revisions.end() ? nullptr : &*found;
  }
  [[nodiscard]] const Revision* by_digest(const std::string& digest) const {
    const auto found =
        std::find_if(revisions.begin(), revisions.end(), [&](const Revision& each) { return each.digest == digest; });
    return found == revisions.end() ? nullptr : &*found;
  }
  [[nodiscard]] const Revision& candidate() const { return *by_name(request.question.candidate.name); }
};

/// An error that is worth a wait is Unavailable; others need a person.
Result<Matter> read_matter(const kube::Client& client, const SuiteStore& suites,
                           const std::optional<gate::Judge>& judge, const Request& request);

std::vector<BundleFile> bundle_of(const domain::RevisionSpec& spec);

}  // namespace pawl::gatekeeper
