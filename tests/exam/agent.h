// A small agent over HTTP on the loopback interface: what it says is a function of the question.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <string>

namespace pawl::exam {

/// What an agent sends back.
struct Said {
  std::string text;
  bool cut = false;          ///< the connection ends in the middle of the answer
  std::string tool_calls{};  ///< JSON list; empty: none
};

class Agent {
 public:
  using Speak = std::function<Said(const std::string& question)>;
  Agent(std::string digest, Speak speak);
  ~Agent();

  [[nodiscard]] std::string url() const;
  [[nodiscard]] int asked() const;
  /// From now on another bundle answers at this address.
  void become(const std::string& digest);
  /// Closes the door, from inside an answer too: the process is gone.
  void die();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// An OpenAI-compatible endpoint that judges: `decide` gets the whole user message.
class JudgeServer {
 public:
  explicit JudgeServer(std::function<bool(const std::string& message)> passes);
  ~JudgeServer();
  [[nodiscard]] std::string url() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace pawl::exam
