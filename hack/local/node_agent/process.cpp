#include "node_agent/process.h"

#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <utility>

namespace pawl::node_agent {
namespace {

/// Everything the child needs, made before the fork: after it, in a process that had threads, only system
/// calls are safe.
struct Prepared {
  std::vector<char*> command;
  std::vector<char*> environment;
  std::vector<std::string> folders;  // to be made, parents first
  const ProcessPlan* plan = nullptr;
  pid_t parent = 0;
};

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> out;
  out.reserve(texts.size() + 1);
  for (std::string& text : texts) out.push_back(text.data());
  out.push_back(nullptr);
  return out;
}

void add_folders(const std::string& path, std::vector<std::string>& out) {
  for (auto slash = path.find('/', 1); slash != std::string::npos; slash = path.find('/', slash + 1)) {
    out.push_back(path.substr(0, slash));
  }
  out.push_back(path);
}

[[noreturn]] void give_up(const char* what) {
  const char* why = strerrordesc_np(errno);
  for (const char* part : {"node agent: ", what, ": ", why == nullptr ? "?" : why, "\n"}) {
    if (write(STDERR_FILENO, part, strlen(part)) < 0) break;
  }
  _exit(126);
}

void mount_all(const Prepared& prepared) {
  if (prepared.plan->mounts.empty()) return;
  if (unshare(CLONE_NEWNS) != 0) give_up("a mount namespace of its own");
  if (mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) give_up("making mounts private");
  for (const std::string& folder : prepared.folders) {
    if (mkdir(folder.c_str(), 0755) != 0 && errno != EEXIST) give_up(folder.c_str());
  }
  for (const Mount& each : prepared.plan->mounts) {
    const char* target = each.target.c_str();
    if (mount(each.source.c_str(), target, nullptr, MS_BIND, nullptr) != 0) give_up(target);
    // A bind mount takes flags only when it is mounted again.
    if (each.read_only && mount(nullptr, target, nullptr, MS_REMOUNT | MS_BIND | MS_RDONLY, nullptr) != 0) {
      give_up(target);
    }
  }
}

[[noreturn]] void become(const Prepared& prepared, int log) {
  setpgid(0, 0);
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != prepared.parent) _exit(126);  // it died before the line above
  dup2(log, STDOUT_FILENO);
  dup2(log, STDERR_FILENO);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  signal(SIGPIPE, SIG_DFL);
  mount_all(prepared);
  const std::string& directory = prepared.plan->directory;
  if (chdir(directory.empty() ? "/" : directory.c_str()) != 0) give_up(directory.c_str());
  execvpe(prepared.command[0], prepared.command.data(), prepared.environment.data());
  give_up(prepared.command[0]);
}

}  // namespace

Result<Process> Process::start(const ProcessPlan& plan) {
  std::vector<std::string> command = plan.command;
  std::vector<std::string> environment = plan.environment;
  Prepared prepared{pointers(command), pointers(environment), {}, &plan, getpid()};
  for (const Mount& each : plan.mounts) add_folders(each.target, prepared.folders);
  const int log = open(plan.log_file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  if (log < 0) return fail(ErrorKind::Unavailable, plan.log_file + " cannot be written: " + strerror(errno));
  const int input = open("/dev/null", O_RDONLY | O_CLOEXEC);
  const pid_t pid = fork();
  if (pid == 0) {
    dup2(input, STDIN_FILENO);
    become(prepared, log);
  }
  const int error = errno;
  close(log);
  close(input);
  if (pid < 0) return fail(ErrorKind::Unavailable, std::string("no process could be made: ") + strerror(error));
  setpgid(pid, pid);  // both sides do it: whoever comes first, the group is there before it is signalled
  return Process(pid);
}

Process::Process(Process&& other) noexcept : pid_(std::exchange(other.pid_, 0)) {}

Process& Process::operator=(Process&& other) noexcept {
  std::swap(pid_, other.pid_);
  return *this;
}

Process::~Process() {
  if (pid_ == 0) return;
  kill(-pid_, SIGKILL);
  waitpid(pid_, nullptr, 0);
}

void Process::signal(int number) const {
  if (pid_ != 0) kill(-pid_, number);
}

std::optional<int> Process::poll() {
  siginfo_t info{};
  if (pid_ == 0 || waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WNOHANG | WNOWAIT) != 0) return std::nullopt;
  if (info.si_pid == 0) return std::nullopt;
  kill(-pid_, SIGKILL);  // before it is reaped: until then nobody else can have its number
  int status = 0;
  waitpid(std::exchange(pid_, 0), &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

}  // namespace pawl::node_agent
