// The files of one volume, swapped as a whole: a reader sees the old set or the new one, never a mix.
#pragma once

#include <map>
#include <string>

#include "base/result.h"

namespace pawl::node_agent {

/// Path inside the volume -> content.
using Files = std::map<std::string, std::string>;

/// Writes `files` into a new folder and swaps the link `..data` to it, as the kubelet does.
Status write_volume(const std::string& folder, const Files& files);

}  // namespace pawl::node_agent
