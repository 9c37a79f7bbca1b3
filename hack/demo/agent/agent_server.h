// The agent's HTTP face: chat completions, the revision it runs, health.
#pragma once

#include <memory>
#include <string>

#include "agent/behaviour.h"
#include "agent/recorder.h"
#include "base/time.h"
#include "model/chat.h"

namespace pawl::demo {

struct AgentNames {
  std::string agent = "support-bot";
  std::string revision;  ///< what records claim: AGENT_REVISION, or the bundle's own digest
};

class AgentServer {
 public:
  AgentServer(Behaviour behaviour, const ChatModel& model, Recorder& recorder, const Clock& clock, AgentNames names);
  ~AgentServer();

  /// Listens and serves until `stop`, on the calling thread. False if the address cannot be had.
  bool serve(const std::string& host, int port);
  void stop();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace pawl::demo
