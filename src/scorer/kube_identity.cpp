#include "scorer/kube_identity.h"

#include <nlohmann/json.hpp>

#include "base/log.h"
#include "runtime/pause.h"
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

CohortRefresher::CohortRefresher(std::shared_ptr<const kube::Client> client, std::string ns,
                                 std::shared_ptr<CohortTable> table, OnList on_list, Duration every)
    : client_(std::move(client)),
      ns_(std::move(ns)),
      table_(std::move(table)),
      on_list_(std::move(on_list)),
      every_(every) {}

Status CohortRefresher::refresh(std::stop_token stop) {
  std::vector<kube::Json> all;
  kube::ListOptions options;
  options.ns = ns_;
  do {
    auto page = client_->list(kube::resources::kAgentRollouts, options, stop);
    if (!page) return fail(page.error().during("listing rollouts"));
    for (kube::Json& item : page->items) all.push_back(std::move(item));
    options.continue_token = page->continue_token;
  } while (!options.continue_token.empty());
  table_->replace(live_cohorts(all));
  on_list_(all);
  return {};
}

void CohortRefresher::run(std::stop_token stop) {
  bool failing = false;
  while (!stop.stop_requested()) {
    const auto done = refresh(stop);
    if (!done && !failing && !stop.stop_requested()) {
      log::warn("cannot read live rollouts; keeping the last known", {{"reason", done.error().message}});
    }
    failing = !done;
    runtime::pause(every_, stop);
  }
}

}  // namespace pawl::scorer
