# Installs the packages of this folder's package-lock.json under WORK: cmake -D NPM=<npm> -D WORK=<folder> -P install.cmake
cmake_minimum_required(VERSION 3.25)

file(COPY "${CMAKE_CURRENT_LIST_DIR}/package.json" "${CMAKE_CURRENT_LIST_DIR}/package-lock.json" DESTINATION "${WORK}")
include("${CMAKE_CURRENT_LIST_DIR}/../../../deploy/cmake/npm_install.cmake")
if(PROBLEM)
  message(FATAL_ERROR "${PROBLEM}")
endif()
