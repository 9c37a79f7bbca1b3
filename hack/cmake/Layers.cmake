# pawl_layer(NAME [PURE] [DEPENDS layer...] [LIBRARIES target...])
#
# Makes the static library pawl_NAME from src/NAME, and three checks of the layer rule:
#   1. link      pawl_link_NAME is a do-nothing program that links the whole layer with its declared
#                dependencies only: a hidden call into another layer is an undefined reference.
#   2. includes  build/layers.txt feeds hack/check_layers.py, which reads every #include.
#   3. poison    a PURE layer is compiled behind a header that poisons clocks, chance, files and threads.
set(PAWL_LAYERS_FILE "${CMAKE_BINARY_DIR}/layers.txt")
file(WRITE "${PAWL_LAYERS_FILE}.new" "")

function(pawl_layer name)
  cmake_parse_arguments(PARSE_ARGV 1 layer "PURE" "" "DEPENDS;LIBRARIES")
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/src/${name}/*.cpp" "${CMAKE_SOURCE_DIR}/src/${name}/*.h")
  list(TRANSFORM layer_DEPENDS PREPEND pawl_ OUTPUT_VARIABLE depends)

  add_library(pawl_${name} STATIC ${sources} "${CMAKE_SOURCE_DIR}/hack/cmake/empty.cpp")
  target_link_libraries(pawl_${name} PUBLIC pawl_options ${depends} ${layer_LIBRARIES} Threads::Threads)
  if(layer_PURE)
    target_compile_options(pawl_${name} PRIVATE -include "${CMAKE_SOURCE_DIR}/hack/cmake/poison.h")
  endif()

  add_executable(pawl_link_${name} "${CMAKE_SOURCE_DIR}/hack/cmake/link_main.cpp")
  target_link_libraries(pawl_link_${name} PRIVATE "$<LINK_LIBRARY:WHOLE_ARCHIVE,pawl_${name}>" ${depends} ${layer_LIBRARIES})

  string(REPLACE ";" "," depends_text "${layer_DEPENDS}")
  string(REPLACE ";" "," libraries_text "${layer_LIBRARIES}")
  file(APPEND "${PAWL_LAYERS_FILE}.new" "${name} depends=${depends_text} libraries=${libraries_text} pure=${layer_PURE}\n")
  file(COPY_FILE "${PAWL_LAYERS_FILE}.new" "${PAWL_LAYERS_FILE}" ONLY_IF_DIFFERENT)
endfunction()
