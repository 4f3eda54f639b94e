# Installs what the package-lock.json in WORK names, unless that is there already. Needs NPM and WORK; sets PROBLEM to
# npm's words when that fails. No scripts of packages are run.
file(SHA256 "${WORK}/package-lock.json" wanted)
set(stamp "${WORK}/node_modules/.installed")
set(installed "")
set(PROBLEM "")
if(EXISTS "${stamp}")
  file(READ "${stamp}" installed)
endif()
if(NOT installed STREQUAL wanted)
  execute_process(
    COMMAND "${NPM}" ci --ignore-scripts --no-audit --no-fund --loglevel=error --fetch-retries=1 --fetch-timeout=60000
    WORKING_DIRECTORY "${WORK}" TIMEOUT 300
    RESULT_VARIABLE result OUTPUT_QUIET ERROR_VARIABLE problem)
  if(result EQUAL 0)
    file(WRITE "${stamp}" "${wanted}")
  else()
    set(PROBLEM "npm ci: ${result}\n${problem}")
  endif()
endif()
