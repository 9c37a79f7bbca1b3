// Reads a mounted bundle. A ConfigMap mount has hidden "..data" links; those are not part of the bundle.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "domain/lineage/bundle.h"

namespace pawl::demo {

/// All regular files under `directory`, paths relative to it.
Result<std::vector<BundleFile>> read_bundle_dir(const std::string& directory);

}  // namespace pawl::demo
