#include "node_agent/agent.h"

#include <thread>

namespace pawl::node_agent {

Agent::Agent(const Sources& sources, ObjectCache& pods) : sources_(sources) {
  pods.on_change([this](const kube::Meta& meta, const ObjectCache::Pointer&, const ObjectCache::Pointer& after) {
    note(meta.uid, after);
  });
}

void Agent::note(const std::string& uid, const ObjectCache::Pointer& pod) {
  const std::lock_guard lock(mutex_);
  changed_[uid] = pod;
}

void Agent::settle() {
  std::map<std::string, ObjectCache::Pointer> changed;
  {
    const std::lock_guard lock(mutex_);
    changed.swap(changed_);
  }
  for (const auto& [uid, pod] : changed) {
    const auto known = workers_.find(uid);
    if (known != workers_.end()) {
      known->second->update(pod);
      continue;
    }
    const std::string phase = pod ? text_of(member(*pod, "status"), "phase") : "";
    const bool over = phase == "Succeeded" || phase == "Failed";
    const bool deleted = pod && member(*pod, "metadata").contains("deletionTimestamp");
    if (pod && (!over || deleted)) workers_.emplace(uid, std::make_unique<PodWorker>(sources_, pod));
  }
  std::erase_if(workers_, [](const auto& entry) { return entry.second->finished(); });
}

void Agent::run(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    settle();
    std::this_thread::sleep_for(Duration(20));
  }
  // All are told before any is waited for.
  for (const auto& [uid, worker] : workers_) worker->stop();
  workers_.clear();
}

}  // namespace pawl::node_agent
