// Who may read failures: they hold what customers wrote, so only the accounts that the scorer was told of.
#pragma once

#include <memory>
#include <optional>
#include <set>
#include <string>

#include "scorer/answer.h"
#include "scorer/sender_identity.h"

namespace pawl::scorer {

/// Thread-safe.
class FailureReaders {
 public:
  /// `accounts` as the API server names them: "system:serviceaccount:NAMESPACE:NAME". None: nobody may read.
  FailureReaders(std::shared_ptr<SenderIdentity> identity, std::set<std::string> accounts)
      : identity_(std::move(identity)), accounts_(std::move(accounts)) {}

  /// Nothing if the holder of this Authorization header's token may read; else the answer, which says what to do: 401
  /// for no good token, 403 for an account that is not listed, 503 when nobody could be asked.
  [[nodiscard]] std::optional<Answer> refuse(const std::string& authorization) const;

 private:
  std::shared_ptr<SenderIdentity> identity_;
  std::set<std::string> accounts_;
};

}  // namespace pawl::scorer
