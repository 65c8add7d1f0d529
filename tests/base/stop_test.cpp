// What starts before MPI_Init does.
#include "shoal/base/stop.hpp"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <string>

namespace shoal {
namespace {

/// As MPI_Init does, again and again: an environment that grows moves, and what was there is freed.
[[noreturn]] void change_the_environment() {
  for (int i = 0; i < 400; ++i) ::setenv(("SHOAL_TEST_" + std::to_string(i)).c_str(), "x", 1);
  ::_exit(0);
}

TEST(StopSignals, LeaveTheEnvironmentToTheThreadThatChangesIt) {
  for (int i = 0; i < 600; ++i) {
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      install_stop_signals();
      change_the_environment();
    }
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0)
        << "start " << i << ": signal " << WTERMSIG(status);
  }
}

}  // namespace
}  // namespace shoal
