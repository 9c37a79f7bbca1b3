// The statistics against their bars and against the peers' rules, all on the same streams, as a page in Markdown:
//
//   bench_statistics --runs 1000 --threads 2 > docs/benchmarks/statistics.md
//
// The page does not depend on the number of threads.
#include <fmt/format.h>

#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "bench/statistics/page.h"

int main(int argc, char** argv) {
  pawl::statistics::Options options;
  for (int i = 1; i + 1 < argc; i += 2) {
    const std::string_view name = argv[i];
    const int value = std::atoi(argv[i + 1]);
    if (name == "--runs") options.runs = value;
    if (name == "--threads") options.threads = value;
  }
  if (options.runs < 20 || options.threads < 1 || argc % 2 == 0) {
    fmt::print(stderr, "usage: bench_statistics [--runs N] [--threads N]; at least 20 runs and one thread\n");
    return 2;
  }
  pawl::statistics::print_page(options);
  return 0;
}
