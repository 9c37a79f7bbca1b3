// The scorer's HTTP intake: POST /v1/interactions, GET /failures?agent=, GET /healthz.
#pragma once

#include <memory>
#include <string>

#include "base/result.h"
#include "scorer/scorer.h"

namespace pawl::scorer {

class IntakeServer {
 public:
  explicit IntakeServer(Scorer& scorer);
  ~IntakeServer();

  /// `address` is "host:port". Serves on its own threads until `stop`.
  Status start(const std::string& address);
  void stop();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace pawl::scorer
