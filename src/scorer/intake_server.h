// The scorer's HTTP intake: POST /v1/interactions, GET /failures?agent=, GET /healthz. The first two ask who calls.
#pragma once

#include <memory>
#include <string>

#include "base/result.h"
#include "scorer/failure_readers.h"
#include "scorer/scorer.h"

namespace pawl::scorer {

class IntakeServer {
 public:
  /// Both must outlive this.
  IntakeServer(Scorer& scorer, const FailureReaders& readers);
  ~IntakeServer();

  /// `address` is "host:port". Serves on its own threads until `stop`.
  Status start(const std::string& address);
  void stop();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace pawl::scorer
