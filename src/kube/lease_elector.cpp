#include "kube/lease_elector.h"

#include <algorithm>

namespace pawl::kube {

Status check_lease_times(const LeaseTimes& times) {
  if (times.retry_period <= Duration{0}) return fail(ErrorKind::Invalid, "retry period: must be above zero");
  if (times.renew_deadline * 10 <= times.retry_period * 12) {
    return fail(ErrorKind::Invalid, "renew deadline: must be above 1.2 times the retry period");
  }
  if (times.lease_duration <= times.renew_deadline) {
    return fail(ErrorKind::Invalid, "lease duration: must be above the renew deadline");
  }
  if (times.lease_duration % std::chrono::seconds{1} != Duration{0}) {
    return fail(ErrorKind::Invalid, "lease duration: must be whole seconds");
  }
  return {};
}

LeaseElector::LeaseElector(LeaseTimes times, std::string identity, Random random)
    : times_(times), identity_(std::move(identity)), random_(random) {}

LeaseStep LeaseElector::wait(Duration length) {
  must_wait_ = false;
  reads_in_a_row_ = 0;
  return LeaseStep{LeaseStep::Kind::Wait, {}, std::max(length, Duration{1})};
}

// retry_period * (1 + U[0, 1.2)): candidates that started together drift apart.
Duration LeaseElector::follower_pause() {
  const auto extra = static_cast<double>(times_.retry_period.count()) * 1.2 * random_.unit();
  return times_.retry_period + Duration{static_cast<Duration::rep>(extra)};
}

LeaseRecord LeaseElector::ours(Instant wall) const {
  LeaseRecord record = seen_.value_or(LeaseRecord{});
  record.renew_time = format_micro_time(wall);
  if (record.holder != identity_) {
    if (seen_) ++record.transitions;
    record.acquire_time = record.renew_time;
  }
  record.holder = identity_;
  record.duration_seconds =
      static_cast<int>(std::chrono::duration_cast<std::chrono::seconds>(times_.lease_duration).count());
  return record;
}

LeaseStep LeaseElector::decide(BootTime now, Instant wall) {
  if (role_ == Role::Leader && now >= valid_until_) role_ = Role::Lost;
  if (role_ == Role::Lost) return LeaseStep{LeaseStep::Kind::Lost, {}, {}};
  if (must_wait_) {
    if (role_ == Role::Follower) return wait(follower_pause());
    const auto left = std::chrono::ceil<Duration>(valid_until_ - now);
    return wait(std::min(times_.retry_period, left));
  }
  if (must_read_) return LeaseStep{LeaseStep::Kind::Read, {}, {}};
  if (role_ == Role::Leader) return LeaseStep{LeaseStep::Kind::Update, ours(wall), {}};
  return follow(now, wall);
}

LeaseStep LeaseElector::follow(BootTime now, Instant wall) {
  if (!seen_) return LeaseStep{LeaseStep::Kind::Create, ours(wall), {}};
  const bool free = seen_->holder.empty() || seen_->holder == identity_;
  const BootTime expires = changed_at_ + std::chrono::seconds{seen_->duration_seconds};
  if (free || now >= expires) return LeaseStep{LeaseStep::Kind::Update, ours(wall), {}};
  must_read_ = true;
  return wait(follower_pause());
}

void LeaseElector::observe(const LeaseRecord& record, BootTime now) {
  if (!seen_ || *seen_ != record) changed_at_ = now;
  seen_ = record;
}

void LeaseElector::on_read(const Result<LeaseRecord>& answer, BootTime now) {
  const bool absent = !answer && answer.error().kind == ErrorKind::NotFound;
  if (!answer && !absent) {
    must_wait_ = true;  // must_read_ stays
    return;
  }
  must_read_ = false;
  if (absent) {
    seen_.reset();
  } else {
    observe(*answer, now);
  }
  // Our identity in the record means that a write whose answer was lost did arrive. Anything else, also a lease
  // that somebody deleted, means that another process may hold it by now.
  if (role_ == Role::Leader && (absent || answer->holder != identity_)) role_ = Role::Lost;
}

void LeaseElector::on_write(const Result<LeaseRecord>& answer, BootTime sent, BootTime now) {
  if (answer) {
    observe(*answer, now);
    if (role_ == Role::Lost) return;
    role_ = Role::Leader;
    valid_until_ = sent + times_.renew_deadline;
    must_wait_ = true;
    return;
  }
  const ErrorKind kind = answer.error().kind;
  const bool somebody_wrote = kind == ErrorKind::Conflict || kind == ErrorKind::Exists || kind == ErrorKind::NotFound;
  if (role_ == Role::Follower || somebody_wrote) must_read_ = true;
  // A conflict is answered at once, but a storm of them must not become a storm of ours.
  must_wait_ = !somebody_wrote || ++reads_in_a_row_ > 1;
}

}  // namespace pawl::kube
