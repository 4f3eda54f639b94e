# Installs what plug-ins are built with into SCRATCH/prefix and builds the example plug-ins against that alone.
#
#   cmake -D BUILD=... -D EXAMPLES=... -D SCRATCH=... -D C=... -D CXX=... -P build_examples.cmake
set(warnings "-Wall -Wextra -Wpedantic -Werror")

function(run)
  execute_process(COMMAND ${ARGV} RESULT_VARIABLE result OUTPUT_VARIABLE output ERROR_VARIABLE output)
  if(NOT result EQUAL 0)
    message(FATAL_ERROR "${ARGV}\n${output}")
  endif()
endfunction()

file(REMOVE_RECURSE "${SCRATCH}")
run("${CMAKE_COMMAND}" --install "${BUILD}" --component adapter_abi --prefix "${SCRATCH}/prefix")
foreach(example clock hello)
  # from a copy, so that nothing beside it can be found
  file(COPY "${EXAMPLES}/${example}" DESTINATION "${SCRATCH}/source")
  run("${CMAKE_COMMAND}" -S "${SCRATCH}/source/${example}" -B "${SCRATCH}/${example}"
    "-DCMAKE_PREFIX_PATH=${SCRATCH}/prefix" "-DCMAKE_C_COMPILER=${C}" "-DCMAKE_CXX_COMPILER=${CXX}"
    "-DCMAKE_C_FLAGS=${warnings}" "-DCMAKE_CXX_FLAGS=${warnings} -Wconversion -Wshadow -Wnon-virtual-dtor")
  run("${CMAKE_COMMAND}" --build "${SCRATCH}/${example}")
endforeach()
