// Time as values. Pure code takes an `Instant now`; shells take a `Clock&`.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace pawl {

using Duration = std::chrono::milliseconds;
/// A point on the wall clock, in milliseconds since the Unix epoch. Stored in objects.
using Instant = std::chrono::sys_time<Duration>;
/// Time since boot, suspend included (CLOCK_BOOTTIME). For time-outs, backoff and the lease.
using BootTime = std::chrono::duration<std::int64_t, std::micro>;

/// Both clocks. Thread-safe.
class Clock {
 public:
  virtual ~Clock() = default;
  [[nodiscard]] virtual Instant wall() const = 0;
  [[nodiscard]] virtual BootTime boot() const = 0;
};

/// RFC 3339 in UTC with milliseconds if not zero: "2026-11-24T03:07:12Z", "...:12.250Z".
std::string format_rfc3339(Instant t);
/// RFC 3339 with exactly six decimals, as MicroTime fields need it.
std::string format_micro_time(Instant t);
/// Reads RFC 3339 with any number of decimals and any offset; nothing on malformed text.
std::optional<Instant> parse_rfc3339(std::string_view text);

/// Kubernetes/Go style durations: "15s", "1m30s", "250ms", "24h". Nothing if malformed, negative or above ten years.
std::optional<Duration> parse_duration(std::string_view text);
/// The shortest such text: "1m30s".
std::string format_duration(Duration d);

}  // namespace pawl
