#include "node_agent/pod_status.h"

#include <algorithm>

namespace pawl::node_agent {
namespace {

Json terminated(const ContainerState& container) {
  const int code = container.last_exit.value_or(0);
  return {{"terminated",
           {{"exitCode", code},
            {"reason", code == 0 ? "Completed" : "Error"},
            {"startedAt", format_rfc3339(container.last_started)},
            {"finishedAt", format_rfc3339(container.last_finished)},
            {"containerID", container.id}}}};
}

Json state_of(const ContainerState& container) {
  if (container.running) return {{"running", {{"startedAt", format_rfc3339(container.started)}}}};
  if (container.done) return terminated(container);
  Json waiting = {{"reason", container.waiting_reason.empty() ? "ContainerCreating" : container.waiting_reason}};
  if (!container.waiting_message.empty()) waiting["message"] = container.waiting_message;
  return {{"waiting", waiting}};
}

Json container_status(const ContainerState& container) {
  Json out = {{"name", container.name},      {"image", container.image},     {"imageID", ""},
              {"ready", container.ready},    {"started", container.running}, {"restartCount", container.restarts},
              {"state", state_of(container)}};
  if (!container.id.empty()) out["containerID"] = container.id;
  if (container.last_exit && !container.done) out["lastState"] = terminated(container);
  return out;
}

bool every(const PodState& pod, bool ContainerState::* flag) {
  return std::all_of(pod.containers.begin(), pod.containers.end(), [&](const auto& each) { return each.*flag; });
}

}  // namespace

std::string phase_of(const PodState& pod) {
  if (every(pod, &ContainerState::done)) {
    const bool good = std::all_of(pod.containers.begin(), pod.containers.end(),
                                  [](const auto& each) { return each.last_exit.value_or(0) == 0; });
    return good ? "Succeeded" : "Failed";
  }
  // Once all of them ran, a pod that waits to be started again is still Running.
  const bool all_ran = std::all_of(pod.containers.begin(), pod.containers.end(),
                                   [](const auto& each) { return each.running || each.last_exit.has_value(); });
  return all_ran ? "Running" : "Pending";
}

Json PodStatusWriter::condition(const std::string& type, bool value, Instant now) {
  const auto known = conditions_.try_emplace(type, Known{value, now}).first;
  if (known->second.value != value) known->second = {value, now};
  return {{"type", type},
          {"status", value ? "True" : "False"},
          {"lastTransitionTime", format_rfc3339(known->second.since)}};
}

Json PodStatusWriter::write(const PodState& pod, Instant now) {
  const bool ready = every(pod, &ContainerState::ready);
  Json statuses = Json::array();
  for (const ContainerState& container : pod.containers) statuses.push_back(container_status(container));
  Json conditions = Json::array();
  conditions.push_back(condition("PodScheduled", true, now));
  conditions.push_back(condition("Initialized", true, now));
  conditions.push_back(condition("ContainersReady", ready, now));
  conditions.push_back(condition("Ready", ready, now));
  Json ips = Json::array();
  ips.push_back({{"ip", pod.ip}});
  return {{"phase", phase_of(pod)},
          {"podIP", pod.ip},
          {"podIPs", ips},
          {"hostIP", pod.host_ip},
          {"conditions", conditions},
          {"containerStatuses", statuses},
          {"startTime", format_rfc3339(pod.start)}};
}

}  // namespace pawl::node_agent
