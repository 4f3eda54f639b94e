# One static library per folder. Its include root is a build folder that holds one symlink to that folder, and a layer
# sees the roots of its declared dependencies only: an include outside the table of ARCHITECTURE.md is "No such file".
#
#   weir_layer(<folder> DEPS <folder>... HEADERS <file>... SOURCES <file>... LINK <target>... PRIVATE_LINK <target>...)
function(weir_layer folder)
  cmake_parse_arguments(ARG "" "" "DEPS;SOURCES;HEADERS;LINK;PRIVATE_LINK" ${ARGN})
  string(REPLACE "/" "_" name "${folder}")
  set(root "${PROJECT_BINARY_DIR}/include_roots/${name}")
  get_filename_component(parent "${root}/${folder}" DIRECTORY)
  file(MAKE_DIRECTORY "${parent}")
  file(CREATE_LINK "${PROJECT_SOURCE_DIR}/${folder}" "${root}/${folder}" SYMBOLIC)
  list(TRANSFORM ARG_SOURCES PREPEND "${PROJECT_SOURCE_DIR}/${folder}/")
  list(TRANSFORM ARG_HEADERS PREPEND "${root}/${folder}/")
  set(kind STATIC)
  set(scope PUBLIC)
  if(NOT ARG_SOURCES)
    set(kind INTERFACE)
    set(scope INTERFACE)
  endif()
  add_library(weir_${name} ${kind} ${ARG_SOURCES})
  target_sources(weir_${name} ${scope} FILE_SET HEADERS BASE_DIRS "${root}" FILES ${ARG_HEADERS})
  target_compile_features(weir_${name} ${scope} cxx_std_20)
  list(TRANSFORM ARG_DEPS REPLACE "/" "_")
  list(TRANSFORM ARG_DEPS PREPEND "weir_")
  target_link_libraries(weir_${name} ${scope} ${ARG_DEPS} ${ARG_LINK})
  if(ARG_SOURCES)
    target_link_libraries(weir_${name} PRIVATE weir_options ${ARG_PRIVATE_LINK})
  endif()
endfunction()

foreach(label IN ITEMS tidy unit sim conformance integration sdk threads)
  add_custom_target(tests_${label})
endforeach()

# One doctest binary, found by CTest test case by test case under one label.
#
# `threads` is a second label of what runs more than one thread: it also runs under the thread sanitizer. The target
# tests_<label> builds what the tests of a label need.
#
#   weir_test(<name> LABEL <label> [threads] SOURCES <file>... LINK <target>...)
function(weir_test name)
  cmake_parse_arguments(ARG "" "" "LABEL;SOURCES;LINK" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE weir_options weir_doctest_main ${ARG_LINK})
  add_test(NAME ${name} COMMAND ${name})
  set_tests_properties(${name} PROPERTIES LABELS "${ARG_LABEL}" TIMEOUT 300)
  foreach(label IN LISTS ARG_LABEL)
    add_dependencies(tests_${label} ${name})
  endforeach()
endfunction()
