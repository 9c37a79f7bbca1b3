// Leader election by a Lease, as a state machine without I/O: it says which request comes next and is told
// what came of it. Not thread-safe.
//
// Time rules. A rival may take the lease when it has not *changed* for its duration, counted on the rival's own
// clock from when it saw the change: wall clocks in the record are never compared. We stop earlier: our right to
// write ends `renew_deadline` after the moment we *sent* the last renewal that succeeded, on the clock that keeps
// running while the machine is suspended. Rivals cannot acquire before sent + duration, so the difference
// (5 s by default) is the margin.
#pragma once

#include <optional>
#include <string>

#include "base/random.h"
#include "base/result.h"
#include "base/time.h"
#include "kube/lease_record.h"

namespace pawl::kube {

struct LeaseTimes {
  Duration lease_duration{15'000};  ///< whole seconds
  Duration renew_deadline{10'000};
  Duration retry_period{2'000};
};

/// Invalid unless lease_duration > renew_deadline > 1.2 * retry_period > 0, and the duration is in whole seconds.
Status check_lease_times(const LeaseTimes& times);

struct LeaseStep {
  enum class Kind {
    Read,    ///< GET the lease, then on_read
    Create,  ///< POST `record`, then on_write
    Update,  ///< PUT `record`, then on_write
    Wait,    ///< nothing to do for `wait`
    Lost,    ///< we led and must not any more: final
  };
  Kind kind = Kind::Wait;
  LeaseRecord record;
  Duration wait{};
};

class LeaseElector {
 public:
  /// `identity` must differ for every process, also after a restart on the same host.
  LeaseElector(LeaseTimes times, std::string identity, Random random);

  /// What to do now. `wall` is only written into the record.
  LeaseStep decide(BootTime now, Instant wall);
  /// Answer to Read; NotFound means that there is no lease. `now`: when the answer was here.
  void on_read(const Result<LeaseRecord>& answer, BootTime now);
  /// Answer to Create or Update; `sent`: read from the clock before the request was sent.
  void on_write(const Result<LeaseRecord>& answer, BootTime sent, BootTime now);

  [[nodiscard]] bool leading() const { return role_ == Role::Leader; }
  /// End of our right to write; meaningful while leading().
  [[nodiscard]] BootTime valid_until() const { return valid_until_; }
  /// The record as last seen or written; nothing when there is none.
  [[nodiscard]] const std::optional<LeaseRecord>& seen() const { return seen_; }

 private:
  enum class Role { Follower, Leader, Lost };

  void observe(const LeaseRecord& record, BootTime now);
  LeaseStep follow(BootTime now, Instant wall);
  LeaseStep wait(Duration length);
  [[nodiscard]] LeaseRecord ours(Instant wall) const;
  [[nodiscard]] Duration follower_pause();

  LeaseTimes times_;
  std::string identity_;
  Random random_;
  Role role_ = Role::Follower;
  BootTime valid_until_{};
  std::optional<LeaseRecord> seen_;
  BootTime changed_at_{};  // when we saw seen_ change
  bool must_read_ = true;
  bool must_wait_ = false;
  int reads_in_a_row_ = 0;  // conflicts answered at once since the last pause
};

}  // namespace pawl::kube
