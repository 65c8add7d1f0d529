// From errno to a sentence and an exit code.
#include "shoal/base/error.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>

namespace shoal {

void throw_system_error(const std::string& call, const std::string& path, int error_number) {
  const std::string sentence = fmt::format("{} of '{}' failed: {}", call, path, std::strerror(error_number));
  if (error_number == ENOSPC || error_number == EDQUOT) {
    throw ResourceError(sentence + "; free space there and run again");
  }
  if (error_number == ENOMEM) throw ResourceError(sentence + "; use more ranks, or nodes with more memory");
  throw FailureError(sentence);
}

}  // namespace shoal
