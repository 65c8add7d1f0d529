// MPI's error codes as sentences.
#pragma once

#include <fmt/format.h>
#include <mpi.h>

#include "shoal/base/error.hpp"

namespace shoal {

/// Throws FailureError, naming the call, unless code is MPI_SUCCESS.
inline void check_mpi(int code, const char* call) {
  if (code == MPI_SUCCESS) return;
  char text[MPI_MAX_ERROR_STRING] = "";
  int length = 0;
  MPI_Error_string(code, text, &length);
  throw FailureError(fmt::format("{} failed: {}", call, text));
}

}  // namespace shoal
