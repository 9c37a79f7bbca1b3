#include "cli/replay/replay_files.h"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iostream>
#include <sstream>

#include "cli/files.h"
#include "cli/goal.h"
#include "cli/replay/replay_stream.h"
#include "cli/replay/replay_vectors.h"
#include "cli/rollout_policy_file.h"
#include "cli/text.h"
#include "domain/rollout/evidence_policy.h"

namespace pawl::cli {
namespace {

int failed(std::ostream& err, const std::string& what) {
  err << "pawl: " << printable(what) << "\n";
  return kFailed;
}

std::string shown(const std::string& path) { return path == "-" ? "standard input" : path; }

std::string not_opened(const std::string& path) {
  return path + " cannot be opened (" + std::strerror(errno) + "); check the path";
}

}  // namespace

int run_replay_stream(const StreamOrder& order, std::ostream& out, std::ostream& err) {
  domain::EvidencePolicy policy;
  if (!order.policy.empty()) {
    const auto text = read_file(order.policy);
    if (!text) return failed(err, text.error().message);
    const auto read = read_policy(*text);
    if (!read) return failed(err, shown(order.policy) + ": " + read.error().message);
    policy = domain::evidence_policy(read->spec);
  }
  std::ifstream file;
  if (order.stream != "-") {
    file.open(order.stream, std::ios::binary);
    if (!file) return failed(err, not_opened(order.stream));
  }
  const Status replayed = replay_stream(order.stream == "-" ? std::cin : file, policy, out);
  out.flush();
  if (!replayed) return failed(err, shown(order.stream) + ": " + replayed.error().message);
  if (!out) return failed(err, "the verdicts cannot be written; is the disk full?");
  return kDone;
}

int run_replay_vectors(const std::string& path, std::ostream& out, std::ostream& err) {
  const auto text = read_file(path);
  if (!text) return failed(err, text.error().message);
  const auto report = check_vectors(*text);
  if (!report) return failed(err, shown(path) + ": " + report.error().message);
  out << vectors_text(*report);
  return report->misses.empty() ? kDone : kFailed;
}

}  // namespace pawl::cli
