#include "agent/bundle_dir.h"

#include <filesystem>
#include <fstream>
#include <iterator>

namespace pawl::demo {
namespace fs = std::filesystem;

Result<std::vector<BundleFile>> read_bundle_dir(const std::string& directory) {
  std::vector<BundleFile> files;
  std::error_code error;
  const auto options = fs::directory_options::follow_directory_symlink;
  fs::recursive_directory_iterator it(directory, options, error);
  if (error) return fail(ErrorKind::NotFound, "bundle " + directory + ": " + error.message());
  for (; it != fs::recursive_directory_iterator(); it.increment(error)) {
    if (error) return fail(ErrorKind::Unavailable, "bundle " + directory + ": " + error.message());
    const std::string name = it->path().filename().string();
    if (name.rfind("..", 0) == 0) {
      if (it->is_directory()) it.disable_recursion_pending();
      continue;
    }
    if (!it->is_regular_file()) continue;
    std::ifstream in(it->path(), std::ios::binary);
    // Lexically: a mounted ConfigMap is made of links, and the bundle's paths are those of the links.
    files.push_back(
        {it->path().lexically_relative(directory).generic_string(), {std::istreambuf_iterator<char>(in), {}}});
    if (in.bad()) return fail(ErrorKind::Unavailable, "cannot read " + it->path().string());
  }
  return files;
}

}  // namespace pawl::demo
