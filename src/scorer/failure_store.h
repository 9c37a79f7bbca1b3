// The newest failures, over all agents: in memory and, if there is a folder, in a file that outlives the program.
#pragma once

#include <deque>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "base/guarded.h"
#include "base/result.h"
#include "scorer/failure.h"

namespace pawl::scorer {

/// `add` is called from one thread, the rest from any.
class FailureStore {
 public:
  /// A longer line stays in memory alone, so that the file has a bound: twice as many lines as failures are kept.
  static constexpr std::size_t kLongestLine = std::size_t{64} << 10U;

  /// In memory alone; keeps `most`, the oldest go first.
  explicit FailureStore(std::size_t most) : most_(most) {}
  /// Begins with what FOLDER/failures.jsonl holds; the folder is made if it is not there. Lines that cannot be read, as
  /// a kill in the middle of a write leaves one, are left out. One program at a time: two would write over each other.
  static Result<std::unique_ptr<FailureStore>> open(const std::string& folder, std::size_t most);

  /// A file that cannot be written is told once and tried again with the next; the failure is kept in memory either
  /// way.
  void add(Failure failure);
  /// Newest last.
  [[nodiscard]] std::vector<Failure> all() const;
  /// Those of one revision, named by its label; newest last.
  [[nodiscard]] std::vector<Failure> of(const std::string& agent, const std::string& revision) const;

 private:
  void keep(Failure failure);
  void load();
  [[nodiscard]] Status write(const std::string& line);
  /// The file anew, of what is kept: whole or not at all, whenever it is interrupted.
  [[nodiscard]] Status compact();

  std::size_t most_;
  Guarded<std::deque<Failure>> kept_;
  std::string path_;  ///< empty: no file
  std::ofstream file_;
  std::size_t lines_ = 0;  ///< in the file
  bool failing_ = false;
};

}  // namespace pawl::scorer
