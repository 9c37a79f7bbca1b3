// The readiness of one container. Not thread-safe.
#pragma once

#include <string>

#include "base/time.h"
#include "node_agent/fields.h"

namespace pawl::node_agent {

class ReadinessProbe {
 public:
  ReadinessProbe(const Json& container, const std::string& pod_ip);

  /// The process was started anew.
  void restart(BootTime now);
  /// Probes if it is time to. True while the container is ready. Blocks for the probe's time-out at most.
  bool ready(BootTime now);

 private:
  [[nodiscard]] bool ask() const;

  bool present_ = false;
  std::string host_;
  int port_ = 0;
  std::string path_;
  Duration timeout_{1000};
  Duration period_{10'000};
  Duration delay_{0};
  int failure_threshold_ = 3;
  int success_threshold_ = 1;

  BootTime next_{0};
  int failures_ = 0;
  int successes_ = 0;
  bool ready_ = false;
};

}  // namespace pawl::node_agent
