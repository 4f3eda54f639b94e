# Builds the demo page under WORK and embeds it in OUTPUT; where that cannot be done here, the plain page instead, so
# that a machine without npm's registry builds the gateway all the same. WORK/page.stamp is written for the demo page
# only: without it the next build tries again. WORK/page.d names the scripts that went into the page.
#
#   cmake -D NPM=<npm or empty> -D CLIENT=<source of weir-client> -D WORK=<folder> -D OUTPUT=<file.cpp> -P build_page.cmake
cmake_minimum_required(VERSION 3.25)

set(here "${CMAKE_CURRENT_LIST_DIR}")
set(parts src test index.html operator style.css tsconfig.json)

macro(build_page)  # sets PROBLEM
  foreach(name IN LISTS parts)
    file(REMOVE_RECURSE "${WORK}/${name}")
    file(COPY "${here}/page/${name}" DESTINATION "${WORK}")
  endforeach()
  file(REMOVE_RECURSE "${WORK}/weir-client" "${WORK}/dist")
  file(COPY "${CLIENT}/" DESTINATION "${WORK}/weir-client")
  file(COPY "${here}/icon.svg" "${here}/page/package.json" "${here}/page/package-lock.json" DESTINATION "${WORK}")
  include("${here}/../../deploy/cmake/npm_install.cmake")
  if(NOT PROBLEM)
    execute_process(COMMAND "${NPM}" run --silent build WORKING_DIRECTORY "${WORK}" RESULT_VARIABLE result)
    if(NOT result EQUAL 0)
      message(FATAL_ERROR "npm run build: ${result}")  # a mistake in the page, not a missing tool
    endif()
  endif()
endmacro()

function(scripts_of metafile out)
  file(READ "${metafile}" meta)
  string(JSON count LENGTH "${meta}" inputs)
  set(scripts "")
  foreach(i RANGE 1 ${count})
    math(EXPR index "${i} - 1")
    string(JSON name MEMBER "${meta}" inputs ${index})
    string(REGEX REPLACE "^src/" "${here}/page/src/" name "${name}")
    string(REGEX REPLACE "^weir-client/" "${CLIENT}/" name "${name}")
    string(APPEND scripts " ${name}")
  endforeach()
  set(${out} "${scripts}" PARENT_SCOPE)
endfunction()

set(FOLDER "${WORK}/plain")
set(NAMES index.html plain.css plain.js icon.svg)
set(scripts "")
set(PROBLEM "npm was not found")
if(NPM)
  build_page()
endif()
if(PROBLEM)
  file(REMOVE "${WORK}/page.stamp")
  file(COPY "${here}/plain/" "${here}/icon.svg" DESTINATION "${FOLDER}")
  message(STATUS "The demo page cannot be built here, so a plain page takes its place.\n${PROBLEM}")
else()
  set(FOLDER "${WORK}/dist")
  set(NAMES index.html style.css console.js icon.svg
      operator/index.html operator/operator.css operator/operator.js operator/icon.svg)
  scripts_of("${WORK}/dist/meta.json" scripts)
endif()
include("${here}/embed.cmake")
file(WRITE "${WORK}/page.d" "${OUTPUT}:${scripts}\n")
if(NOT PROBLEM)
  file(TOUCH "${WORK}/page.stamp")
endif()
