// Gives each pod of this node its worker.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <vector>

#include "node_agent/pod_worker.h"
#include "node_agent/sources.h"

namespace pawl::node_agent {

class Agent {
 public:
  Agent(const Sources& sources, ObjectCache& pods);

  /// Until stop; then every process is killed. `pods` is run by somebody else.
  void run(const std::stop_token& stop);

 private:
  void note(const std::string& uid, const ObjectCache::Pointer& pod);
  void settle();

  const Sources& sources_;
  std::mutex mutex_;
  std::map<std::string, ObjectCache::Pointer> changed_;        // uid -> newest, null: gone
  std::map<std::string, std::unique_ptr<PodWorker>> workers_;  // run()'s thread only
};

}  // namespace pawl::node_agent
