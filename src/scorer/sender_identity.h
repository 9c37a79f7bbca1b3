// Who sent a record: found from the credential it came with, never from what it says.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <string>

#include "base/guarded.h"
#include "base/result.h"
#include "base/time.h"

namespace pawl::scorer {

struct Sender {
  std::string pod;       ///< "namespace/name", for people
  std::string agent;     ///< empty where the pod does not say: the record's own word is taken then
  std::string revision;  ///< the revision label of the pod
};

/// Thread-safe.
class SenderIdentity {
 public:
  virtual ~SenderIdentity() = default;
  /// Denied for a token that is not good; Unavailable when nobody could be asked.
  virtual Result<Sender> identify(const std::string& token) = 0;
  /// The account that holds the token, in a pod or not: "system:serviceaccount:agents:proposer". Errors as above.
  virtual Result<std::string> account(const std::string& token) = 0;
};

/// Asks the inner one once per token and remembers good answers for `keep`, at most `most` of them.
/// Only a hash of the token is kept.
class CachedIdentity final : public SenderIdentity {
 public:
  CachedIdentity(std::shared_ptr<SenderIdentity> inner, const Clock& clock, std::size_t most = 4096,
                 Duration keep = Duration{600'000});
  Result<Sender> identify(const std::string& token) override;
  /// Asked anew each time: it is rare, and whoever is struck off the list shall not read on.
  Result<std::string> account(const std::string& token) override { return inner_->account(token); }

 private:
  struct Known {
    Sender sender;
    BootTime until{};
  };
  struct State {
    std::map<std::string, Known> known;
    std::deque<std::string> oldest_first;
  };

  std::shared_ptr<SenderIdentity> inner_;
  const Clock& clock_;
  std::size_t most_;
  Duration keep_;
  Guarded<State> state_;
};

/// Tokens from a YAML file ("token: {agent: ..., revision: ..., pod: ..., account: ...}"). For tests and for trying
/// things out.
class StaticIdentity final : public SenderIdentity {
 public:
  static Result<std::shared_ptr<StaticIdentity>> from_yaml(const std::string& text);
  Result<Sender> identify(const std::string& token) override;
  Result<std::string> account(const std::string& token) override;

 private:
  struct Holder {
    Sender sender;
    std::string account;
  };
  explicit StaticIdentity(std::map<std::string, Holder> holders) : holders_(std::move(holders)) {}

  std::map<std::string, Holder> holders_;  ///< by token
};

}  // namespace pawl::scorer
