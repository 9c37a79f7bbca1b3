// Who we say we are: a bearer token, fixed or kept in a file that is replaced while we run.
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "base/result.h"
#include "base/time.h"

namespace pawl::kube {

/// The bearer token of requests. Thread-safe. Projected service account tokens live about an hour and are
/// replaced early, so the file is read again every 50 s (60 s less 10 s leeway); a failed read keeps the last
/// good token, because a stale token often still works and none never does.
class Credentials {
 public:
  /// `token_file` empty: `fixed_token` for ever. Otherwise the file's last good value beats `fixed_token`.
  Credentials(std::string fixed_token, std::string token_file, std::shared_ptr<const Clock> clock);

  /// The token to send now; empty means anonymous.
  std::string token();
  /// Call after a 401 to a request that carried `refused`: true when a different token can be tried, once.
  bool refresh(const std::string& refused);

  static constexpr Duration kMaxAge{50'000};

 private:
  void reload(BootTime now);

  std::string token_file_;
  std::shared_ptr<const Clock> clock_;
  std::mutex mutex_;
  std::string token_;
  std::optional<BootTime> tried_at_;
};

/// The whole file as text; Invalid naming `field` and the path when it cannot be read. At most 1 MiB.
Result<std::string> read_text_file(const std::string& path, const std::string& field);

}  // namespace pawl::kube
