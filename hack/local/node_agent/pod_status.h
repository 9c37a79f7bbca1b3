// The status of a pod as the API server stores it. Pure but for the times it is given.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "node_agent/fields.h"

namespace pawl::node_agent {

struct ContainerState {
  std::string name;
  std::string image;
  bool running = false;
  bool ready = false;
  bool done = false;  ///< ended, and will not be started again
  int restarts = 0;
  Instant started{};           ///< of the present process
  std::string waiting_reason;  ///< while not running: why
  std::string waiting_message;
  std::optional<int> last_exit;
  Instant last_started{};
  Instant last_finished{};
  std::string id;  ///< of the present or last process
};

struct PodState {
  std::string ip;
  std::string host_ip;
  Instant start{};
  std::vector<ContainerState> containers;
};

class PodStatusWriter {
 public:
  /// The status now; transition times are those of the last change.
  Json write(const PodState& pod, Instant now);

 private:
  Json condition(const std::string& type, bool value, Instant now);

  struct Known {
    bool value;
    Instant since;
  };
  std::map<std::string, Known> conditions_;
};

std::string phase_of(const PodState& pod);

}  // namespace pawl::node_agent
