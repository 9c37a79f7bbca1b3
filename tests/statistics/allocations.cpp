#include "statistics/allocations.h"

#include <malloc.h>

#include <cstdlib>
#include <new>

namespace pawl::statistics {
namespace {

thread_local std::size_t count = 0;
thread_local std::size_t live = 0;

void* take(std::size_t size) {
  void* memory = std::malloc(size);
  if (memory == nullptr) throw std::bad_alloc{};
  ++count;
  live += malloc_usable_size(memory);
  return memory;
}

void give_back(void* memory) {
  live -= malloc_usable_size(memory);
  std::free(memory);
}

}  // namespace

std::size_t allocations() { return count; }
std::size_t live_bytes() { return live; }

}  // namespace pawl::statistics

void* operator new(std::size_t size) { return pawl::statistics::take(size); }
void operator delete(void* memory) noexcept { pawl::statistics::give_back(memory); }
void operator delete(void* memory, std::size_t) noexcept { pawl::statistics::give_back(memory); }
