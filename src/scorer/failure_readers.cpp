#include "scorer/failure_readers.h"

#include "scorer/kube_objects.h"

namespace pawl::scorer {
namespace {

std::string how_to_get_a_token() {
  const std::string audience = kAudience;
  return "show the token of a ServiceAccount for the audience " + audience +
         " as Authorization: Bearer TOKEN; kubectl create token NAME --audience=" + audience + " makes one";
}

}  // namespace

std::optional<Answer> FailureReaders::refuse(const std::string& authorization) const {
  const std::string token = bearer_of(authorization);
  if (token.empty()) return refusal(401, "failures are not for everybody: " + how_to_get_a_token());
  const auto account = identity_->account(token);
  if (!account && account.error().kind == ErrorKind::Denied) {
    return refusal(401, account.error().message + "; " + how_to_get_a_token());
  }
  if (!account) return refusal(503, account.error().message + "; ask again later");
  if (accounts_.contains(*account)) return std::nullopt;
  return refusal(403, *account + " may not read failures; start pawl-scorer with --failure-reader=" + *account +
                          " if it shall, or show the token of an account that may");
}

}  // namespace pawl::scorer
