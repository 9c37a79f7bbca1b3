// What has been answered already, on disk: a run that was cut off goes on where it stopped, and asks nothing twice.
//
// A file of JSON lines that only grows. The first line says which run it belongs to; each other one is an answer, or
// the judgement of one by a model (whatever else judges gives the same again). A last line that was torn by a crash is
// cut off.
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "domain/gate/answer.h"
#include "domain/gate/gate_input.h"
#include "domain/gate/plan.h"

namespace pawl::gate {

/// One finished question.
struct Finished {
  domain::Side side = domain::Side::Candidate;
  std::string case_id;
  int epoch = 0;
  domain::Answer answer;
  std::optional<domain::JudgedAnswer> judged{};  ///< by a model; its cost and latency are the answer's
};

/// Appending is thread-safe.
class Journal {
 public:
  /// Opens or makes the file, and takes it for this process alone. `run` is a digest of everything that must be equal
  /// for old answers to count. Exists if the file belongs to another run, or another process has it; Malformed, with
  /// the line, if it cannot be read.
  static Result<std::unique_ptr<Journal>> open(const std::string& path, const std::string& run);
  ~Journal();
  Journal(const Journal&) = delete;
  Journal& operator=(const Journal&) = delete;

  /// What the file held when it was opened; gives it away.
  [[nodiscard]] std::vector<Finished> take_finished() { return std::move(finished_); }

  Status answered(domain::Side side, const std::string& case_id, int epoch, const domain::Answer& answer);
  Status judged(domain::Side side, const domain::JudgedAnswer& judged);
  /// The answers came from somebody else than it seemed: empties the file, so that nobody goes on with them.
  Status forget();

 private:
  Journal(int file, std::string path) : file_(file), path_(std::move(path)) {}
  Status load(const std::string& run);
  Status append(const std::string& line);

  std::mutex mutex_;
  int file_;
  std::string path_;
  std::vector<Finished> finished_;
};

}  // namespace pawl::gate
