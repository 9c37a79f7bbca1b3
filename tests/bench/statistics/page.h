// The page in Markdown, to the standard output.
#pragma once

#include "bench/statistics/arena.h"
#include "bench/statistics/bars.h"

namespace pawl::statistics {

void print_page(const Options& options);

}  // namespace pawl::statistics
