# Copies the named parts of a package from SOURCE to WORK, installs what it needs there and runs one of its scripts.
# See weir_npm_test in node.cmake.
cmake_minimum_required(VERSION 3.25)

foreach(name IN LISTS NAMES)
  file(REMOVE_RECURSE "${WORK}/${name}")
  file(COPY "${SOURCE}/${name}" DESTINATION "${WORK}" PATTERN node_modules EXCLUDE)
endforeach()
file(COPY "${SOURCE}/package.json" "${SOURCE}/package-lock.json" DESTINATION "${WORK}")
include("${CMAKE_CURRENT_LIST_DIR}/npm_install.cmake")
if(PROBLEM)
  message(FATAL_ERROR "${PROBLEM}")
endif()
execute_process(COMMAND "${NPM}" run --silent "${SCRIPT}" WORKING_DIRECTORY "${WORK}" RESULT_VARIABLE result)
if(NOT result EQUAL 0)
  message(FATAL_ERROR "npm run ${SCRIPT}: ${result}")
endif()
