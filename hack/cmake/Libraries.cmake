# Third-party libraries, all from distribution packages (hack/setup installs them).
find_package(Threads REQUIRED)
find_package(OpenSSL REQUIRED)
find_package(tl-expected REQUIRED)
find_package(fmt REQUIRED)
find_package(spdlog REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(yaml-cpp REQUIRED)
find_package(CLI11 REQUIRED)
find_package(prometheus-cpp REQUIRED)
find_package(civetweb REQUIRED)  # the HTTP server inside prometheus-cpp: it also answers the probes

# Debian's cpp-httplib is a compiled library; its macros change class layout, so they come from its package file.
find_package(PkgConfig REQUIRED)
pkg_check_modules(httplib REQUIRED IMPORTED_TARGET cpp-httplib)
add_library(pawl::httplib ALIAS PkgConfig::httplib)

# Regular expressions in linear time: answers are written by what is judged, and must not choose how long a match takes.
pkg_check_modules(re2 REQUIRED IMPORTED_TARGET re2)
add_library(pawl::re2 ALIAS PkgConfig::re2)
