// Files that commands read and write.
#pragma once

#include <iosfwd>
#include <string>
#include <vector>

#include "base/result.h"
#include "domain/gate/case.h"
#include "domain/lineage/bundle.h"

namespace pawl::cli {

/// At most 64 MiB; "-" is standard input. The error names the path.
Result<std::string> read_file(const std::string& path);

/// "-" is `out`. False if it could not be written whole.
bool write_file(std::ostream& out, const std::string& path, const std::string& text);

/// A suite without a fault; the first faults are said on `err`. One without a case is an error too: nothing can be
/// judged, scanned or split by it, and an empty file is soon passed by mistake.
Result<std::vector<domain::Case>> read_suite(std::ostream& err, const std::string& path);

/// Files, and every file under folders, sorted by path.
Result<std::vector<BundleFile>> read_bundle(const std::vector<std::string>& paths);

}  // namespace pawl::cli
