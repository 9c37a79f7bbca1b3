#include "scorer/kube_identity.h"

#include <nlohmann/json.hpp>

#include "scorer/kube_objects.h"

namespace pawl::scorer {
namespace {

const kube::Resource kTokenReviews{"authentication.k8s.io", "v1", "tokenreviews", false};

/// Our own lack of rights must not look like the sender's: Denied is kept for what the review says of the token.
tl::unexpected<Error> cannot_ask(const Error& error, std::string_view what) {
  Error out = error.during(what);
  out.kind = ErrorKind::Unavailable;
  return fail(std::move(out));
}

}  // namespace

Result<Sender> KubeIdentity::identify(const std::string& token) {
  const auto review = client_->create(kTokenReviews, "", token_review(token));
  if (!review) return cannot_ask(review.error(), "reviewing a sender's token");
  const auto bound = bound_pod(*review);
  if (!bound) return fail(bound.error());
  const auto pod = client_->get(kube::resources::kPods, {bound->ns, bound->name});
  if (pod) return sender_of(*bound, *pod);
  if (pod.error().kind == ErrorKind::NotFound) {
    return fail(ErrorKind::Denied, "pod " + bound->ns + "/" + bound->name + " is gone");
  }
  return cannot_ask(pod.error(), "reading the sender's pod");
}

Result<std::string> KubeIdentity::account(const std::string& token) {
  const auto review = client_->create(kTokenReviews, "", token_review(token));
  if (!review) return cannot_ask(review.error(), "reviewing a reader's token");
  return reviewed_account(*review);
}

}  // namespace pawl::scorer
