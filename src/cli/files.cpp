#include "cli/files.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>

#include <fmt/format.h>

#include "base/counted.h"
#include "cli/text.h"
#include "suite/case_codec.h"

namespace pawl::cli {
namespace {

constexpr std::uintmax_t kFileMax = std::uintmax_t{64} << 20;
constexpr std::size_t kShownMax = 20;

}  // namespace

Result<std::string> read_file(const std::string& path) {
  if (path == "-") return std::string(std::istreambuf_iterator<char>(std::cin), std::istreambuf_iterator<char>());
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored)) {
    return fail(ErrorKind::Invalid, path + ": is a folder; name a file");
  }
  std::ifstream file(path, std::ios::binary);
  if (!file)
    return fail(ErrorKind::NotFound, path + ": cannot be opened (" + std::strerror(errno) + "); check the path");
  if (std::filesystem::file_size(path, ignored) > kFileMax && !ignored) {
    return fail(ErrorKind::Invalid, path + ": is above 64 MiB; split it");
  }
  return std::string(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
}

bool write_file(std::ostream& out, const std::string& path, const std::string& text) {
  if (path == "-") {
    out << text;
    return true;
  }
  std::ofstream file(path, std::ios::binary);
  file << text;
  file.close();
  return static_cast<bool>(file);
}

Result<std::vector<domain::Case>> read_suite(std::ostream& err, const std::string& path) {
  const auto text = read_file(path);
  if (!text) return fail(text.error());
  suite::CaseFile file = suite::read_cases(*text);
  for (std::size_t i = 0; i < file.faults.size() && i < kShownMax; ++i) {
    err << printable(path + ": " + suite::describe(file.faults[i])) << "\n";
  }
  if (!file.faults.empty()) {
    return fail(ErrorKind::Invalid, fmt::format("{}: {}; correct them, or write the file anew with `pawl suite import`",
                                                path, counted(file.faults.size(), "fault")));
  }
  if (file.cases.empty()) return fail(ErrorKind::Invalid, path + ": has no cases; name a file with one case a line");
  return std::move(file.cases);
}

Result<std::vector<BundleFile>> read_bundle(const std::vector<std::string>& paths) {
  std::vector<BundleFile> files;
  const auto add = [&](const std::string& path) -> Status {
    auto text = read_file(path);
    if (!text) return fail(text.error());
    files.push_back({path, std::move(*text)});
    return {};
  };
  for (const std::string& path : paths) {
    std::error_code error;
    if (!std::filesystem::is_directory(path, error)) {
      if (const auto done = add(path); !done) return fail(done.error());
      continue;
    }
    std::filesystem::recursive_directory_iterator entries(path, error);
    if (error) return fail(ErrorKind::Invalid, path + ": " + error.message());
    for (const auto& entry : entries) {
      if (!entry.is_regular_file()) continue;
      if (const auto done = add(entry.path().string()); !done) return fail(done.error());
    }
  }
  std::sort(files.begin(), files.end(), [](const BundleFile& a, const BundleFile& b) { return a.path < b.path; });
  return files;
}

}  // namespace pawl::cli
