// Force-included in front of every file of a PURE layer. Time, chance and I/O are arguments there:
// naming one of these is a compile error. The headers come first, so that their own text stays legal.
#pragma once
#include <chrono>
#include <condition_variable>
#include <fstream>
#include <future>
#include <iostream>
#include <mutex>
#include <random>
#include <thread>

#include <cstdio>
#include <cstdlib>
#include <ctime>

#pragma GCC poison system_clock steady_clock high_resolution_clock random_device mt19937 getenv sleep_for sleep_until
#pragma GCC poison ifstream ofstream fopen jthread async cout cerr gettimeofday clock_gettime
