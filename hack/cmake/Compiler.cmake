# How everything is compiled: one standard, warnings as errors, fast rebuilds on small machines.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)

option(PAWL_TESTS "Build the tests" ON)
set(PAWL_SANITIZE "" CACHE STRING "Value for -fsanitize=, empty for none")

# Dev is what tests run: optimised a little, line numbers only, assertions of the library on.
set(CMAKE_CXX_FLAGS_DEV "-O1 -g1 -D_GLIBCXX_ASSERTIONS")
set(CMAKE_EXE_LINKER_FLAGS_DEV "")
set(CMAKE_CXX_FLAGS_RELEASE "-O2 -DNDEBUG -D_GLIBCXX_ASSERTIONS -D_FORTIFY_SOURCE=2 -fstack-protector-strong")

add_library(pawl_options INTERFACE)
target_compile_options(pawl_options INTERFACE
  -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wswitch-enum -Wold-style-cast -Werror)
target_include_directories(pawl_options INTERFACE "${CMAKE_SOURCE_DIR}/src")
if(PAWL_SANITIZE)
  target_compile_options(pawl_options INTERFACE "-fsanitize=${PAWL_SANITIZE}" -fno-omit-frame-pointer)
  # With sanitizers g++ 12 warns falsely inside <regex> and std::function; the sanitizer itself is the better judge.
  target_compile_options(pawl_options INTERFACE -Wno-maybe-uninitialized)
  target_link_options(pawl_options INTERFACE "-fsanitize=${PAWL_SANITIZE}")
endif()

find_program(PAWL_CCACHE ccache)
if(PAWL_CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER "${PAWL_CCACHE}")
endif()
find_program(PAWL_MOLD mold)
if(PAWL_MOLD)
  add_link_options(-fuse-ld=mold)
endif()
