// What this thread took from the heap. A program that asks has its operator new replaced by one that counts.
#pragma once

#include <cstddef>

namespace pawl::statistics {

/// Calls of operator new so far.
std::size_t allocations();
/// Bytes that are allocated and not yet freed, as the heap rounds them.
std::size_t live_bytes();

}  // namespace pawl::statistics
