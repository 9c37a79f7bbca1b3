#include "node_agent/probe.h"

#include <algorithm>

#include <httplib.h>

namespace pawl::node_agent {
namespace {

/// A port's number, or the number of the container's port of that name; 0 if there is none.
int port_number(const Json& container, const Json& port) {
  if (port.is_number_integer()) return port.get<int>();
  for (const Json& each : member(container, "ports")) {
    if (port.is_string() && text_of(each, "name") == port.get<std::string>()) {
      return number_of(each, "containerPort", 0);
    }
  }
  return 0;
}

/// The shortest period Kubernetes can express is a second; a local cluster would wait for it most of the time.
Duration period_of(const Json& probe) {
  const int seconds = number_of(probe, "periodSeconds", 10);
  return seconds <= 1 ? Duration(200) : Duration(seconds * 1000);
}

}  // namespace

ReadinessProbe::ReadinessProbe(const Json& container, const std::string& pod_ip) {
  const Json& probe = member(container, "readinessProbe");
  const Json& get = member(probe, "httpGet");
  present_ = get.is_object();
  if (!present_) return;
  host_ = text_of(get, "host", pod_ip);
  port_ = port_number(container, member(get, "port"));
  path_ = text_of(get, "path", "/");
  timeout_ = Duration(number_of(probe, "timeoutSeconds", 1) * 1000);
  period_ = period_of(probe);
  delay_ = Duration(number_of(probe, "initialDelaySeconds", 0) * 1000);
  failure_threshold_ = number_of(probe, "failureThreshold", 3);
  success_threshold_ = number_of(probe, "successThreshold", 1);
}

void ReadinessProbe::restart(BootTime now) {
  next_ = now + delay_;
  failures_ = successes_ = 0;
  ready_ = !present_;
}

bool ReadinessProbe::ready(BootTime now) {
  if (!present_ || now < next_) return ready_;
  next_ = now + period_;
  const bool good = ask();
  successes_ = good ? successes_ + 1 : 0;
  failures_ = good ? 0 : failures_ + 1;
  if (successes_ >= success_threshold_) ready_ = true;
  if (failures_ >= failure_threshold_) ready_ = false;
  return ready_;
}

bool ReadinessProbe::ask() const {
  httplib::Client client(host_, port_);
  client.set_connection_timeout(timeout_);
  client.set_read_timeout(timeout_);
  client.set_follow_location(false);
  const auto answer = client.Get(path_);
  return answer && answer->status >= 200 && answer->status < 400;
}

}  // namespace pawl::node_agent
