# Read by the build of llama-cpp-python at each project(): only the library is used, and the programs' common parts,
# which double the time, are left out. A plain variable wins over the option that the package forces on.
set(LLAMA_BUILD_COMMON OFF)
