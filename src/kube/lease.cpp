#include "kube/lease.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <random>

#include <nlohmann/json.hpp>

#include "base/log.h"
#include "kube/api_error.h"
#include "kube/request.h"
#include "runtime/pause.h"

namespace pawl::kube {
namespace {

constexpr Duration kShortestRequest{1'000};

bool is_success(const HttpResponse& response) { return response.status >= 200 && response.status < 300; }

}  // namespace

std::string make_lease_identity() {
  std::array<char, 256> host{};
  if (::gethostname(host.data(), host.size() - 1) != 0) host[0] = '\0';
  std::random_device chance;
  const std::uint64_t random = (std::uint64_t{chance()} << 32U) | chance();
  return std::string(host.data()) + "_" + std::to_string(::getpid()) + "_" + std::to_string(random);
}

Lease::Lease(std::shared_ptr<Transport> transport, std::shared_ptr<const Clock> clock, LeaseOptions options,
             LeaseCallbacks callbacks)
    : transport_(std::move(transport)),
      clock_(std::move(clock)),
      options_(std::move(options)),
      callbacks_(std::move(callbacks)),
      elector_(options_.times, options_.identity, Random(options_.seed)) {}

Lease::~Lease() {
  thread_.request_stop();
  if (thread_.joinable()) thread_.join();
}

bool Lease::open() const { return clock_->boot().count() < valid_until_.load(); }

std::optional<Duration> Lease::remaining() const {
  const BootTime left = BootTime{valid_until_.load()} - clock_->boot();
  return std::max(std::chrono::floor<Duration>(left), Duration{0});
}

Status Lease::start() {
  if (const Status ok = check_lease_times(options_.times); !ok) return ok;
  last_step_ = clock_->boot().count();
  thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
  return {};
}

void Lease::run(const std::stop_token& stop) {
  while (!stop.stop_requested() && !lost_) {
    const Duration wait = step(stop);
    if (wait > Duration{0}) runtime::pause(wait, stop);
  }
}

Duration Lease::step() { return step(std::stop_token{}); }

Duration Lease::step(const std::stop_token& stop) {
  const BootTime now = clock_->boot();
  last_step_ = now.count();
  const LeaseStep next = elector_.decide(now, clock_->wall());
  if (next.kind == LeaseStep::Kind::Wait) return next.wait;
  if (next.kind == LeaseStep::Kind::Lost) {
    lose(last_problem_.empty() ? "the lease was not renewed in time" : last_problem_);
    return Duration{0};
  }
  perform(next, stop);
  publish();
  return Duration{0};
}

HttpRequest Lease::write_request(const LeaseStep& step) const {
  HttpRequest request;
  const bool create = step.kind == LeaseStep::Kind::Create;
  request.method = create ? Method::Post : Method::Put;
  request.path =
      create ? collection_path(resources::kLeases, options_.lease.ns) : object_path(resources::kLeases, options_.lease);
  request.body = lease_object(options_.lease, step.record).dump(-1, ' ', false, Json::error_handler_t::replace);
  request.content_type = "application/json";
  return request;
}

void Lease::perform(const LeaseStep& step, const std::stop_token& stop) {
  const BootTime sent = clock_->boot();
  if (step.kind == LeaseStep::Kind::Read) {
    HttpRequest request;
    request.path = object_path(resources::kLeases, options_.lease);
    elector_.on_read(send(std::move(request), stop), clock_->boot());
    return;
  }
  elector_.on_write(send(write_request(step), stop), sent, clock_->boot());
}

Result<LeaseRecord> Lease::send(HttpRequest request, const std::stop_token& stop) {
  request.user_agent_suffix = "leader-election";
  request.timeout = std::max(kShortestRequest, options_.times.renew_deadline / 2);
  // An answer after the end of the lease is of no use, and waiting for it would delay the news of the loss.
  if (elector_.leading()) {
    const auto left = std::chrono::floor<Duration>(elector_.valid_until() - clock_->boot());
    request.timeout = std::clamp(left, Duration{1}, request.timeout);
  }
  const Access access = request.method == Method::Get ? Access::Read : Access::Write;
  const auto answer = transport_->unary(request, stop);
  Result<LeaseRecord> record = fail(ErrorKind::Malformed, "");
  if (!answer) {
    record = fail(answer.error());
  } else if (!is_success(*answer)) {
    record = fail(api_error(*answer, access));
  } else {
    record = parse_lease(Json::parse(answer->body, nullptr, /*allow_exceptions=*/false));
  }
  last_problem_ = record ? "" : record.error().message;
  if (!record && record.error().kind != ErrorKind::NotFound) {
    log::warn("lease request failed", {{"lease", options_.lease.display()}, {"problem", last_problem_}});
  }
  return record;
}

/// Makes what the elector knows visible to the other threads.
void Lease::publish() {
  if (!elector_.leading()) {
    valid_until_ = 0;
    return;
  }
  epoch_ = elector_.seen() ? elector_.seen()->transitions : 0;
  valid_until_ = elector_.valid_until().count();
  if (announced_) return;
  announced_ = true;
  log::info("became leader", {{"lease", options_.lease.display()}, {"identity", options_.identity}});
  if (callbacks_.acquired) callbacks_.acquired(epoch_);
}

void Lease::lose(const std::string& why) {
  valid_until_ = 0;
  if (std::exchange(lost_, true)) return;
  log::error("lost the lease", {{"lease", options_.lease.display()}, {"problem", why}});
  if (callbacks_.lost) callbacks_.lost(why);
}

void Lease::stop_and_release() {
  thread_.request_stop();
  if (thread_.joinable()) thread_.join();
  const bool held = open();
  valid_until_ = 0;
  if (held) release();
}

void Lease::release() {
  constexpr int kTries = 2;
  for (int attempt = 0; attempt < kTries && elector_.leading() && elector_.seen(); ++attempt) {
    LeaseStep step{LeaseStep::Kind::Update, *elector_.seen(), {}};
    step.record.holder.clear();
    step.record.duration_seconds = 1;
    step.record.renew_time = format_micro_time(clock_->wall());
    const BootTime left = elector_.valid_until() - clock_->boot();
    HttpRequest request = write_request(step);
    request.user_agent_suffix = "leader-election";
    request.timeout = std::clamp(std::chrono::floor<Duration>(left), Duration{1}, kShortestRequest);
    const auto answer = transport_->unary(request, {});
    if (answer && is_success(*answer)) return;
    if (!answer || answer->status != 409) break;
    // A renewal whose answer was lost has moved the version: read it, and release only what is still ours.
    perform(LeaseStep{LeaseStep::Kind::Read, {}, {}}, {});
  }
  log::warn("could not release the lease; a successor waits for its end", {{"lease", options_.lease.display()}});
}

}  // namespace pawl::kube
