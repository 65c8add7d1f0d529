// Host and environment variables, as launchers and batch systems set them.
#include "shoal/base/environment.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>

namespace shoal {

std::string host_name() {
  char host[256] = "";
  ::gethostname(host, sizeof host - 1);
  return host;
}

std::string process_space() {
  struct stat status {};
  // Where it cannot be told, there is one.
  static_cast<void>(::stat("/proc/self/ns/pid", &status));
  return host_name() + "-" + std::to_string(status.st_ino);
}

std::int64_t number_in_environment(const char* name) {
  const char* text = std::getenv(name);
  return text == nullptr ? 0 : std::atoll(text);
}

}  // namespace shoal
