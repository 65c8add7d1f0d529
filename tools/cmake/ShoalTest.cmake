# shoal_test(NAME SOURCES files... [USES modules...] [LIBRARIES targets...] [RANKS n...] [LABEL label] [TIMEOUT s]
#            [RUN_BY command...] [ON_REQUEST] [OTHER_FLAGS])
# One GoogleTest program per module. Without RANKS every case is a ctest of its own; with RANKS the whole
# program runs once under mpirun for each number of ranks. ON_REQUEST: a program that is built when it is asked for, by its
# name, and is no part of the tests that run each time. OTHER_FLAGS: its libraries bring flags that other tests do not have.
find_package(GTest REQUIRED)
include(GoogleTest)

# Debian's own Python, where tools/setup --judges puts the packages.
set(SHOAL_JUDGE_PYTHON /usr/bin/python3 CACHE STRING "Python with the packages that judge results")

add_library(shoal_test_support STATIC "${PROJECT_SOURCE_DIR}/tests/support/mpi_main.cpp")
target_include_directories(shoal_test_support PUBLIC "${PROJECT_SOURCE_DIR}/tests" "${PROJECT_SOURCE_DIR}/include")
target_link_libraries(shoal_test_support PUBLIC GTest::gtest GTest::gmock shoal_comm PRIVATE shoal_flags shoal_mpi)

# Counts what a program of tests holds (support/counted_memory.hpp): it links this one among its LIBRARIES.
add_library(shoal_counted_memory STATIC "${PROJECT_SOURCE_DIR}/tests/support/counted_memory.cpp")
target_include_directories(shoal_counted_memory PUBLIC "${PROJECT_SOURCE_DIR}/tests")
target_link_libraries(shoal_counted_memory PRIVATE shoal_flags)

# As root, with more ranks than cores, and without binding two ranks to one core each.
set(SHOAL_MPIRUN_ENVIRONMENT
  "OMPI_ALLOW_RUN_AS_ROOT=1" "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1" "OMPI_MCA_mpi_yield_when_idle=1"
  "OMPI_MCA_rmaps_base_oversubscribe=1" "OMPI_MCA_hwloc_base_binding_policy=none"
  # Open MPI's own MPI-IO corrupts parallel HDF5 files in 4.1 (open-mpi/ompi#12718); ROMIO does not.
  "OMPI_MCA_io=^ompio"
  # In containers the cross-memory attach of the shared-memory transport is often forbidden.
  "OMPI_MCA_btl_vader_single_copy_mechanism=none")

# GoogleTest's headers are most of what a test's file takes to be compiled: they are read once for all of them. What ccache is to
# overlook, or it would keep nothing: that macros are in such a file, and whether one of them is the time.
set(SHOAL_TEST_LAUNCHER ${CMAKE_CXX_COMPILER_LAUNCHER})
if(SHOAL_CCACHE)
  set(SHOAL_TEST_LAUNCHER "${CMAKE_COMMAND}" -E env CCACHE_SLOPPINESS=pch_defines,time_macros ${SHOAL_TEST_LAUNCHER})
endif()
file(CONFIGURE OUTPUT "${PROJECT_BINARY_DIR}/tests/headers.cpp" CONTENT "int main() {}\n")
add_executable(shoal_test_headers "${PROJECT_BINARY_DIR}/tests/headers.cpp") # a program, as the tests are, with their flags
target_precompile_headers(shoal_test_headers PRIVATE <gtest/gtest.h> <gmock/gmock.h>)
target_link_libraries(shoal_test_headers PRIVATE GTest::gtest GTest::gmock shoal_flags)

# shoal_test_flags(TARGET): those of a program of tests. Optimised a little: they are compiled more often than run.
function(shoal_test_flags target)
  # `if (x) EXPECT_EQ(...)` is a common line in tests, and the macro holds an if of its own.
  target_compile_options(${target} PRIVATE -Wno-dangling-else $<$<CONFIG:Release>:-O1>)
  set_target_properties(${target} PROPERTIES CXX_COMPILER_LAUNCHER "${SHOAL_TEST_LAUNCHER}")
endfunction()
shoal_test_flags(shoal_test_headers)

function(shoal_test name)
  cmake_parse_arguments(TEST "ON_REQUEST;OTHER_FLAGS" "LABEL;TIMEOUT" "SOURCES;USES;LIBRARIES;RANKS;ENVIRONMENT;RUN_BY" ${ARGN})
  if(NOT TEST_LABEL)
    set(TEST_LABEL fast)
  endif()
  if(NOT TEST_TIMEOUT)
    set(TEST_TIMEOUT 600) # what takes this long hangs, also on a slow and busy machine
  endif()
  set(uses ${TEST_USES})
  list(TRANSFORM uses PREPEND shoal_)
  add_executable(test_${name} ${TEST_SOURCES})
  target_include_directories(test_${name} PRIVATE "${PROJECT_SOURCE_DIR}/src" "${PROJECT_SOURCE_DIR}/tests")
  target_compile_definitions(test_${name} PRIVATE
    SHOAL_TEST_DIR="${CMAKE_CURRENT_SOURCE_DIR}" SHOAL_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
  shoal_test_flags(test_${name})
  if(NOT TEST_OTHER_FLAGS)
    target_precompile_headers(test_${name} REUSE_FROM shoal_test_headers)
  endif()
  target_link_libraries(test_${name} PRIVATE ${uses} ${TEST_LIBRARIES} shoal_flags)
  if(TEST_ON_REQUEST)
    set_target_properties(test_${name} PROPERTIES EXCLUDE_FROM_ALL ON)
    target_link_libraries(test_${name} PRIVATE GTest::gtest_main GTest::gmock)
  elseif(TEST_RANKS)
    target_link_libraries(test_${name} PRIVATE shoal_test_support)
    foreach(ranks IN LISTS TEST_RANKS)
      add_test(NAME ${name}.ranks${ranks}
        COMMAND ${MPIEXEC_EXECUTABLE} -n ${ranks} $<TARGET_FILE:test_${name}>)
      set_tests_properties(${name}.ranks${ranks} PROPERTIES
        LABELS ${TEST_LABEL} TIMEOUT ${TEST_TIMEOUT} PROCESSORS ${ranks}
        ENVIRONMENT "${SHOAL_MPIRUN_ENVIRONMENT};${TEST_ENVIRONMENT}")
    endforeach()
  else()
    target_link_libraries(test_${name} PRIVATE GTest::gtest_main GTest::gmock)
    if(TEST_RUN_BY)
      set_target_properties(test_${name} PROPERTIES CROSSCOMPILING_EMULATOR "${TEST_RUN_BY}") # also to ask for its tests
    endif()
    gtest_discover_tests(test_${name} TEST_PREFIX ${name}. DISCOVERY_TIMEOUT 60
      PROPERTIES LABELS ${TEST_LABEL} TIMEOUT ${TEST_TIMEOUT} ENVIRONMENT "${TEST_ENVIRONMENT}")
  endif()
endfunction()

# shoal_long_test(NAME...): of tests that run the program: they may take as long as they need on a slow and busy machine.
function(shoal_long_test)
  # A script that cannot judge here (a missing tool) says so in a sentence and leaves with 77.
  # COST: they begin before short ones, so that none of them is left alone at the end.
  set_tests_properties(${ARGN} PROPERTIES LABELS system TIMEOUT 1800 SKIP_RETURN_CODE 77 COST 100)
endfunction()

# shoal_shares_jobs(NAME...): these need the jobs that tests/system/shared_jobs.sh makes once, in the folder SHARED_JOBS.
set(SHOAL_SHARED_JOBS "${PROJECT_BINARY_DIR}/tests/shared_jobs")
function(shoal_shares_jobs)
  set_tests_properties(${ARGN} PROPERTIES FIXTURES_REQUIRED shared_jobs ENVIRONMENT "SHARED_JOBS=${SHOAL_SHARED_JOBS}")
endfunction()
