# Language level and flags that every target shares.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)

if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "Build type" FORCE)
endif()
set(CMAKE_CXX_FLAGS_RELEASE "-O2 -DNDEBUG")

find_program(SHOAL_CCACHE ccache)
if(SHOAL_CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER "${SHOAL_CCACHE}")
endif()

add_library(shoal_flags INTERFACE)
target_compile_options(shoal_flags INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wnon-virtual-dtor -Woverloaded-virtual
  # A contracted s += a*b has other bits than a written one, and only on processors that have FMA: results
  # must not depend on the processor, so fused multiply-adds are written where they are wanted.
  -ffp-contract=off)
if(SHOAL_WARNINGS_AS_ERRORS)
  target_compile_options(shoal_flags INTERFACE -Werror)
endif()
if(SHOAL_SANITIZE)
  target_compile_options(shoal_flags INTERFACE -fsanitize=${SHOAL_SANITIZE} -fno-omit-frame-pointer
    -fno-sanitize-recover=undefined)
  target_link_options(shoal_flags INTERFACE -fsanitize=${SHOAL_SANITIZE})
  # Sanitized builds check contracts too.
  target_compile_definitions(shoal_flags INTERFACE SHOAL_CONTRACTS=1)
endif()
if(SHOAL_BUILD_FUZZERS)
  if(NOT CMAKE_CXX_COMPILER_ID MATCHES Clang)
    message(FATAL_ERROR "SHOAL_BUILD_FUZZERS needs clang; configure with -DCMAKE_CXX_COMPILER=clang++")
  endif()
  target_compile_options(shoal_flags INTERFACE -fsanitize=fuzzer-no-link)
endif()
target_compile_definitions(shoal_flags INTERFACE $<$<CONFIG:Debug>:SHOAL_CONTRACTS=1>)
