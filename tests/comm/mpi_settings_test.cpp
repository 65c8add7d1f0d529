// What Open MPI is told before it starts. Each test is a process of its own: it changes the environment.
#include "comm/mpi_settings.hpp"

#include <gtest/gtest.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdlib>
#include <string>

#include "shoal/base/threads.hpp"

namespace shoal {
namespace {

constexpr const char* kSingleCopy = "OMPI_MCA_btl_vader_single_copy_mechanism";

std::string value_of(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

class MpiSettings : public ::testing::Test {
 protected:
  void SetUp() override {
    for (const char* name :
         {"OMPI_MCA_mpi_yield_when_idle", "OMPI_MCA_io", kSingleCopy, "OMPI_MCA_smsc",
          "OMPI_MCA_orte_bound_at_launch", "OMPI_MCA_hwloc_base_binding_policy",
          "OMPI_MCA_rmaps_base_mapping_policy", "OMPI_MCA_hwloc_base_cpu_set", "OMPI_COMM_WORLD_SIZE"}) {
      ::unsetenv(name);
    }
  }
};

/// As containers do: the call fails with EPERM, for this process and its children.
void forbid_reading_processes() {
  std::array<sock_filter, 4> filter{{
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_process_vm_readv, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  }};
  const sock_fprog program{static_cast<unsigned short>(filter.size()), filter.data()};
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
      ::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0)
    ::_exit(77);
}

TEST_F(MpiSettings, WaitingRanksGiveWay) {
  prefer_mpi_settings();
  EXPECT_EQ(value_of("OMPI_MCA_mpi_yield_when_idle"), "1");
}

TEST_F(MpiSettings, WhatTheUserHasSetStays) {
  ::setenv("OMPI_MCA_mpi_yield_when_idle", "0", 1);
  ::setenv("OMPI_MCA_io", "ompio", 1);
  prefer_mpi_settings();
  EXPECT_EQ(value_of("OMPI_MCA_mpi_yield_when_idle"), "0");
  EXPECT_EQ(value_of("OMPI_MCA_io"), "ompio");
}

TEST_F(MpiSettings, MessagesAreCopiedTwiceWhereAndOnlyWhereProcessesCannotBeRead) {
  prefer_mpi_settings();
  EXPECT_EQ(value_of(kSingleCopy), may_read_other_processes() ? "" : "none");
  ::unsetenv(kSingleCopy);
  EXPECT_EXIT(
      {
        forbid_reading_processes();
        prefer_mpi_settings();
        ::_exit(value_of(kSingleCopy) == "none" && value_of("OMPI_MCA_smsc") == "^cma" ? 0 : 1);
      },
      ::testing::ExitedWithCode(0), "");
}

/// To one processor, as mpirun binds; tells whether the parent of this process has more.
bool bind_to_one() {
  cpu_set_t parents;
  if (::sched_getaffinity(::getppid(), sizeof parents, &parents) != 0 || CPU_COUNT(&parents) < 2)
    return false;
  cpu_set_t one;
  CPU_ZERO(&one);
  for (std::size_t cpu = 0; cpu < CPU_SETSIZE && CPU_COUNT(&one) == 0; ++cpu) {
    if (CPU_ISSET(cpu, &parents)) CPU_SET(cpu, &one);
  }
  ::setenv("OMPI_MCA_orte_bound_at_launch", "1", 1);
  ::setenv("OMPI_COMM_WORLD_SIZE", "2", 1);
  return ::sched_setaffinity(0, sizeof one, &one) == 0;
}

TEST_F(MpiSettings, TwoRanksHaveTheProcessorsOfTheirLauncher) {
  if (!bind_to_one()) GTEST_SKIP() << "one processor only";
  undo_default_binding();
  EXPECT_GT(available_processors(), 1);
}

TEST_F(MpiSettings, BindingsThatWereAskedForStay) {
  if (!bind_to_one()) GTEST_SKIP() << "one processor only";
  for (const char* asked : {"OMPI_MCA_hwloc_base_binding_policy", "OMPI_MCA_rmaps_base_mapping_policy",
                            "OMPI_MCA_hwloc_base_cpu_set"}) {
    ::setenv(asked, "core", 1);
    undo_default_binding();
    EXPECT_EQ(available_processors(), 1) << asked;
    ::unsetenv(asked);
  }
  ::setenv("OMPI_COMM_WORLD_SIZE", "4", 1);
  undo_default_binding();
  EXPECT_EQ(available_processors(), 1) << "more ranks than Open MPI binds to cores";
}

}  // namespace
}  // namespace shoal
