# node and npm, which the console pages and the TypeScript tests need. Everything else builds without them.
find_program(WEIR_NODE node)
find_program(WEIR_NPM npm)

# One CTest that runs a script of an npm package. The package is copied under the build folder and installed there, so
# the source tree stays as it is; two tests of one package do not run at the same time.
#
#   weir_npm_test(<name> LABEL <label> SCRIPT <npm script> NAMES <file or folder>... ENVIRONMENT <variable=value>...)
function(weir_npm_test name)
  cmake_parse_arguments(ARG "" "LABEL;SCRIPT" "NAMES;ENVIRONMENT" ${ARGN})
  if(NOT WEIR_NODE OR NOT WEIR_NPM)
    message(STATUS "${name} is left out: it needs node and npm")
    return()
  endif()
  if(WEIR_SANITIZE OR WEIR_FUZZ)
    return()  # no C++ of ours runs in it, or that of another build
  endif()
  add_test(NAME ${name}
    COMMAND "${CMAKE_COMMAND}"
      -D "NPM=${WEIR_NPM}" -D "SOURCE=${CMAKE_CURRENT_SOURCE_DIR}" -D "WORK=${CMAKE_CURRENT_BINARY_DIR}/npm"
      -D "NAMES=${ARG_NAMES}" -D "SCRIPT=${ARG_SCRIPT}" -P "${PROJECT_SOURCE_DIR}/deploy/cmake/npm_run.cmake")
  set_tests_properties(${name} PROPERTIES
    LABELS "${ARG_LABEL}" ENVIRONMENT "${ARG_ENVIRONMENT}" TIMEOUT 600 RESOURCE_LOCK "${CMAKE_CURRENT_BINARY_DIR}/npm")
endfunction()
