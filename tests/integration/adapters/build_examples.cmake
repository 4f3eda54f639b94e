# Installs Weir into SCRATCH/prefix as a package would: staged with DESTDIR, then moved. Then builds and tests the templates
# for plug-ins, from copies of what was installed, with nothing else of Weir in reach.
#
#   cmake -D BUILD=... -D SCRATCH=... -D C=... -D CXX=... -P build_examples.cmake
set(warnings "-Wall -Wextra -Wpedantic -Werror")

function(run)
  execute_process(COMMAND ${ARGV} RESULT_VARIABLE result OUTPUT_VARIABLE output ERROR_VARIABLE output)
  if(NOT result EQUAL 0)
    message(FATAL_ERROR "${ARGV}\n${output}")
  endif()
endfunction()

file(REMOVE_RECURSE "${SCRATCH}")
file(MAKE_DIRECTORY "${SCRATCH}")
set(ENV{DESTDIR} "${SCRATCH}/stage")
run("${CMAKE_COMMAND}" --install "${BUILD}" --prefix /opt/weir)
unset(ENV{DESTDIR})
file(RENAME "${SCRATCH}/stage/opt/weir" "${SCRATCH}/prefix")

foreach(example clock hello)
  file(COPY "${SCRATCH}/prefix/share/weir/examples/${example}" DESTINATION "${SCRATCH}/source")
  set(source "${SCRATCH}/source/${example}")
  run("${CMAKE_COMMAND}" -S "${source}" -B "${source}/build"
    "-DCMAKE_PREFIX_PATH=${SCRATCH}/prefix" "-DCMAKE_C_COMPILER=${C}" "-DCMAKE_CXX_COMPILER=${CXX}"
    "-DCMAKE_C_FLAGS=${warnings}" "-DCMAKE_CXX_FLAGS=${warnings} -Wconversion -Wshadow -Wnon-virtual-dtor")
  run("${CMAKE_COMMAND}" --build "${source}/build")
  run("${CMAKE_CTEST_COMMAND}" --test-dir "${source}/build" --output-on-failure)
  # for those who want the plug-in alone
  file(COPY "${source}/build/${example}.so" DESTINATION "${SCRATCH}/${example}")
endforeach()
