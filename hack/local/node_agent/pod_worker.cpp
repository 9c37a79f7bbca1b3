#include "node_agent/pod_worker.h"

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <filesystem>

#include "base/log.h"
#include "kube/request.h"

namespace pawl::node_agent {
namespace {

constexpr Duration kTick{50};
constexpr Duration kRefresh{500};
constexpr Duration kFirstBackOff{1000};
constexpr Duration kLongestBackOff{30'000};
/// Who ran this long starts again with the shortest back-off.
constexpr Duration kStable{60'000};
/// By then our own copy of a pod shows what was told.
constexpr Duration kSeenAgain{5'000};

Variables base_environment(const NodeFacts& node, const std::string& pod_name) {
  const char* path = std::getenv("PATH");
  return {{"PATH", path == nullptr ? "/usr/local/bin:/usr/bin:/bin" : path},
          {"HOME", "/root"},
          {"HOSTNAME", pod_name},
          {"KUBERNETES_SERVICE_HOST", node.api_host},
          {"KUBERNETES_SERVICE_PORT", node.api_port}};
}

const Json* volume_named(const Json& pod, const std::string& name) {
  for (const Json& volume : member(member(pod, "spec"), "volumes")) {
    if (text_of(volume, "name") == name) return &volume;
  }
  return nullptr;
}

std::string uid_of(const Json& pod) { return text_of(member(pod, "metadata"), "uid"); }

/// What the status of before this agent's start says about a container.
int restarts_before(const Json& pod, const std::string& container) {
  for (const Json& status : member(member(pod, "status"), "containerStatuses")) {
    if (text_of(status, "name") == container) {
      return number_of(status, "restartCount", 0) + (status.contains("containerID") ? 1 : 0);
    }
  }
  return 0;
}

/// "True", "False", or empty when nobody has said.
std::string readiness_in(const Json& status) {
  for (const Json& condition : member(status, "conditions")) {
    if (text_of(condition, "type") == "Ready") return text_of(condition, "status");
  }
  return {};
}

}  // namespace

PodWorker::PodWorker(const Sources& sources, std::shared_ptr<const Json> pod)
    : sources_(sources),
      uid_(uid_of(*pod)),
      folder_(sources.node.state + "/pods/" + uid_),
      pod_(std::move(pod)),
      volumes_(sources, folder_ + "/volumes"),
      thread_([this](const std::stop_token& stop) { run(stop); }) {}

PodWorker::~PodWorker() = default;

std::shared_ptr<const Json> PodWorker::pod() const {
  const std::lock_guard lock(mutex_);
  return pod_;
}

kube::ObjectKey PodWorker::key() const {
  const auto object = pod();
  const Json& metadata = member(*object, "metadata");
  return {text_of(metadata, "namespace"), text_of(metadata, "name")};
}

void PodWorker::update(std::shared_ptr<const Json> pod) {
  if (!pod) {
    gone_ = true;
    return;
  }
  const std::lock_guard lock(mutex_);
  pod_ = std::move(pod);
}

void PodWorker::run(const std::stop_token& stop) {
  while (!prepare()) {
    std::this_thread::sleep_for(kTick);
    if (stop.stop_requested() || gone_) break;
  }
  while (!stop.stop_requested() && !gone_) {
    const auto object = pod();
    if (member(*object, "metadata").contains("deletionTimestamp")) break;
    tick();
    std::this_thread::sleep_for(kTick);
  }
  terminate(stop);
  containers_.clear();
  if (!host_network_) sources_.addresses.give_back(state_.ip);
  finished_ = true;
}

/// False while there is no address to give.
bool PodWorker::prepare() {
  const auto object = pod();
  host_network_ = flag_of(member(*object, "spec"), "hostNetwork");
  state_.host_ip = sources_.node.host_ip;
  state_.start = sources_.clock.wall();
  std::error_code error;
  std::filesystem::create_directories(folder_, error);
  if (error) log::error("no folder for the pod", {{"folder", folder_}, {"error", error.message()}});
  const auto address =
      host_network_ ? state_.host_ip : sources_.addresses.take(text_of(member(*object, "status"), "podIP"));
  if (!address) return false;
  state_.ip = *address;
  make_containers();
  log::info("pod", {{"name", key().display()}, {"ip", state_.ip}, {"folder", folder_}});
  return true;
}

void PodWorker::make_containers() {
  const auto object = pod();
  for (const Json& spec : member(member(*object, "spec"), "containers")) {
    ContainerState state;
    state.name = text_of(spec, "name");
    state.image = text_of(spec, "image");
    state.restarts = restarts_before(*object, state.name);
    containers_.push_back(Container{spec, state, ReadinessProbe(spec, state_.ip), {}, {}, {}, {}});
  }
}

void PodWorker::tick() {
  refresh_volumes();
  for (Container& container : containers_) tend(container);
  tell_status();
}

void PodWorker::refresh_volumes() {
  const BootTime now = sources_.clock.boot();
  if (now < next_refresh_) return;
  next_refresh_ = now + kRefresh;
  const auto object = pod();
  const Status done = volumes_.refresh(*object, state_.ip);
  volume_error_ = done ? std::nullopt : std::optional<Error>(done.error());
  const std::string message = done ? "" : done.error().message;
  if (!message.empty() && message != logged_error_) {
    log::warn("volumes", {{"pod", key().display()}, {"error", message}});
  }
  logged_error_ = message;
}

void PodWorker::tend(Container& container) {
  if (container.process) {
    if (const auto code = container.process->poll()) ended(container, *code);
  }
  const BootTime now = sources_.clock.boot();
  if (!container.process && !container.state.done && now >= container.start_at) start(container);
  container.state.running = container.process.has_value();
  container.state.ready = container.state.running && container.probe.ready(sources_.clock.boot());
}

void PodWorker::start(Container& container) {
  const BootTime now = sources_.clock.boot();
  const Result<ProcessPlan> made = plan(container);
  Result<Process> process = made ? Process::start(*made) : fail(made.error());
  if (!process) {
    // A missing object may come at any time; that is no failure of the container.
    container.start_at = now + kRefresh;
    container.state.waiting_reason = "CreateContainerConfigError";
    container.state.waiting_message = process.error().message;
    return;
  }
  ContainerState& state = container.state;
  if (state.last_exit) ++state.restarts;
  state.started = sources_.clock.wall();
  state.id = "process://" + std::to_string(process->pid());
  state.waiting_reason.clear();
  state.waiting_message.clear();
  container.started_at = now;
  container.process.emplace(std::move(*process));
  container.probe.restart(now);
  log::info("container started", {{"pod", key().display()}, {"container", state.name}, {"pid", state.id}});
}

Result<ProcessPlan> PodWorker::plan(const Container& container) const {
  if (volume_error_) return fail(*volume_error_);
  const auto object = pod();
  const auto [ns, name] = key();
  const auto field = [&](const std::string& path) { return pod_field(*object, state_.ip, state_.host_ip, path); };
  const auto data = [&, space = ns](const std::string& kind, const std::string& of) {
    return read_data(sources_, space, kind, of);
  };
  const auto variables = container_environment(container.spec, base_environment(sources_.node, name), field, data);
  if (!variables) return fail(variables.error());
  auto command = command_line(container.spec, *variables);
  if (!command) return fail(command.error());
  auto mounted = mounts(container.spec);
  if (!mounted) return fail(mounted.error());
  ProcessPlan out{std::move(*command),
                  {},
                  std::move(*mounted),
                  text_of(container.spec, "workingDir"),
                  folder_ + "/" + container.state.name + ".log"};
  for (const auto& [variable, value] : *variables) out.environment.push_back(variable + "=" + value);
  return out;
}

Result<std::vector<Mount>> PodWorker::mounts(const Json& container) const {
  const auto object = pod();
  std::vector<Mount> out;
  for (const Json& wanted : member(container, "volumeMounts")) {
    const std::string name = text_of(wanted, "name");
    const Json* volume = volume_named(*object, name);
    if (volume == nullptr) return fail(ErrorKind::Invalid, "no volume is called " + name);
    if (wanted.contains("subPath")) return fail(ErrorKind::Invalid, "the node agent does not know subPath");
    const bool own = volume->contains("emptyDir") || volume->contains("hostPath");
    const std::string source =
        volume->contains("hostPath") ? text_of((*volume)["hostPath"], "path") : volumes_.path_of(name);
    out.push_back({source, text_of(wanted, "mountPath"), !own || flag_of(wanted, "readOnly")});
  }
  return out;
}

void PodWorker::ended(Container& container, int code) {
  const BootTime now = sources_.clock.boot();
  const auto object = pod();
  ContainerState& state = container.state;
  container.process.reset();
  state.last_exit = code;
  state.last_started = state.started;
  state.last_finished = sources_.clock.wall();
  const std::string policy = text_of(member(*object, "spec"), "restartPolicy", "Always");
  state.done = policy == "Never" || (policy == "OnFailure" && code == 0);
  if (now - container.started_at >= kStable) container.back_off = Duration{0};
  container.back_off = std::clamp(container.back_off * 2, kFirstBackOff, kLongestBackOff);
  container.start_at = now + container.back_off;
  state.waiting_reason = "CrashLoopBackOff";
  state.waiting_message =
      "back-off " + format_duration(container.back_off) + " after exit code " + std::to_string(code);
  log::info("container ended", {{"pod", key().display()}, {"container", state.name}, {"code", std::to_string(code)}});
}

/// A node that is silent for long has its pods marked as not ready by the control plane, and only the node's word ends
/// that. The object may be older than what was told last.
bool PodWorker::contradicted(BootTime now) const {
  if (!told_at_ || now < *told_at_ + kSeenAgain) return false;
  return readiness_in(member(*pod(), "status")) != readiness_in(told_);
}

void PodWorker::tell_status() {
  const BootTime now = sources_.clock.boot();
  if (now < next_tell_) return;
  state_.containers.clear();
  for (const Container& container : containers_) state_.containers.push_back(container.state);
  Json status = writer_.write(state_, sources_.clock.wall());
  if (status == told_ && !contradicted(now)) return;
  kube::PatchOptions options;
  options.subresource = "status";
  // The uid makes the patch miss a new pod of the same name.
  const Json patch = {{"metadata", {{"uid", uid_}}}, {"status", status}};
  const auto done = sources_.client.patch(kube::resources::kPods, key(), patch, options);
  if (done) {
    told_ = std::move(status);
    told_at_ = now;
    return;
  }
  next_tell_ = now + Duration(1000);
  if (done.error().kind != ErrorKind::NotFound) {
    log::warn("status", {{"pod", key().display()}, {"error", done.error().message}});
  }
}

/// True while a process runs.
bool PodWorker::poll_all() {
  bool any = false;
  for (Container& container : containers_) {
    if (container.process && container.process->poll()) container.process.reset();
    any = any || container.process.has_value();
  }
  return any;
}

/// With the object's grace period if it asked for one; at once when the agent stops or the object is gone.
void PodWorker::terminate(const std::stop_token& stop) {
  const auto object = pod();
  const int grace = number_of(member(*object, "metadata"), "deletionGracePeriodSeconds", 30);
  const BootTime limit = sources_.clock.boot() + std::chrono::seconds(grace);
  for (const Container& container : containers_) {
    if (container.process) container.process->signal(SIGTERM);
  }
  while (poll_all() && sources_.clock.boot() < limit && !stop.stop_requested() && !gone_) {
    std::this_thread::sleep_for(Duration(20));
  }
  for (Container& container : containers_) container.process.reset();
  while (!stop.stop_requested() && !gone_ && !delete_object()) std::this_thread::sleep_for(Duration(500));
  if (stop.stop_requested()) return;
  log::info("pod ended", {{"name", key().display()}});
  std::error_code ignored;
  std::filesystem::remove_all(folder_ + "/volumes", ignored);
}

/// The last word on a pod is its node's: until then its name and its place in a ReplicaSet are taken.
bool PodWorker::delete_object() const {
  kube::HttpRequest request;
  request.method = kube::Method::Delete;
  request.path = kube::object_path(kube::resources::kPods, key());
  request.content_type = "application/json";
  const Json options = {
      {"kind", "DeleteOptions"}, {"apiVersion", "v1"}, {"gracePeriodSeconds", 0}, {"preconditions", {{"uid", uid_}}}};
  request.body = options.dump();
  const auto answer = sources_.client.transport().unary(request, {});
  // 404 and 409: it is gone, or another pod has its name.
  const bool done = answer && (answer->status < 300 || answer->status == 404 || answer->status == 409);
  if (!done) {
    log::warn("pod could not be deleted",
              {{"name", key().display()}, {"error", answer ? answer->body : answer.error().message}});
  }
  return done;
}

}  // namespace pawl::node_agent
