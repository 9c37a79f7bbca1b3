// One container: a process group in a mount namespace of its own.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"

namespace pawl::node_agent {

struct Mount {
  std::string source;
  std::string target;
  bool read_only = true;
};

struct ProcessPlan {
  std::vector<std::string> command;
  std::vector<std::string> environment;  ///< NAME=value
  std::vector<Mount> mounts;
  std::string directory;  ///< empty: /
  std::string log_file;
};

/// The group dies with the thread that started it (PR_SET_PDEATHSIG), so one thread owns a pod for all of
/// its life. Not thread-safe.
class Process {
 public:
  static Result<Process> start(const ProcessPlan& plan);
  Process(Process&& other) noexcept;
  Process& operator=(Process&& other) noexcept;
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;
  ~Process();  ///< kills what is left of the group

  void signal(int number) const;
  /// The exit code (128 + signal if killed) once it ended. The rest of its group is killed then.
  std::optional<int> poll();
  [[nodiscard]] pid_t pid() const { return pid_; }

 private:
  explicit Process(pid_t pid) : pid_(pid) {}
  pid_t pid_ = 0;  // 0: nothing left to kill
};

}  // namespace pawl::node_agent
