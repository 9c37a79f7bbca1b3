#include "node_agent/volume_files.h"

#include <atomic>
#include <filesystem>
#include <fstream>
#include <set>
#include <system_error>

#include <unistd.h>

namespace pawl::node_agent {
namespace {

namespace fs = std::filesystem;

fs::path fresh_folder(const fs::path& volume) {
  static std::atomic<unsigned> count{0};
  // The process id keeps two runs of the agent apart.
  return volume / ("..data_" + std::to_string(getpid()) + "_" + std::to_string(count++));
}

/// A name with ".." or a leading "/" would leave the volume.
bool stays_inside(const fs::path& path) {
  if (path.empty() || path.is_absolute()) return false;
  for (const fs::path& part : path) {
    if (part == "..") return false;
  }
  return true;
}

void write_files(const fs::path& folder, const Files& files) {
  for (const auto& [name, content] : files) {
    const fs::path path = folder / name;
    fs::create_directories(path.parent_path());
    std::ofstream out(path, std::ios::binary);
    out << content;
    out.close();
    if (!out) throw fs::filesystem_error("not written", path, std::make_error_code(std::errc::io_error));
  }
}

/// Makes `link` point to `target` in one step.
void swap_link(const fs::path& link, const fs::path& target) {
  const fs::path fresh = link.string() + "_new";
  fs::remove(fresh);
  fs::create_symlink(target, fresh);
  fs::rename(fresh, link);
}

/// The names one sees: links through ..data, so that they change with it.
void link_names(const fs::path& volume, const Files& files) {
  std::set<std::string> names;
  for (const auto& [name, content] : files) names.insert(fs::path(name).begin()->string());
  for (const std::string& name : names) {
    if (!fs::is_symlink(volume / name)) fs::create_symlink(fs::path("..data") / name, volume / name);
  }
  for (const auto& entry : fs::directory_iterator(volume)) {
    const std::string name = entry.path().filename().string();
    if (!name.starts_with("..") && !names.contains(name)) fs::remove(entry.path());
  }
}

}  // namespace

Status write_volume(const std::string& folder, const Files& files) try {
  const fs::path volume = folder;
  for (const auto& [name, content] : files) {
    if (!stays_inside(name)) return fail(ErrorKind::Invalid, "'" + name + "' is no path inside a volume");
  }
  fs::create_directories(volume);
  const fs::path fresh = fresh_folder(volume);
  const fs::path link = volume / "..data";
  const fs::path old = fs::is_symlink(link) ? fs::read_symlink(link) : fs::path();
  fs::create_directories(fresh);
  write_files(fresh, files);
  swap_link(link, fresh.filename());
  link_names(volume, files);
  if (!old.empty()) fs::remove_all(volume / old);
  return {};
} catch (const fs::filesystem_error& error) {
  return fail(ErrorKind::Unavailable, error.what());
}

}  // namespace pawl::node_agent
