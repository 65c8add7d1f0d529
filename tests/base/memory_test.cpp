// What a process takes, and what is there for it.
#include "shoal/base/memory.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <vector>

#include "support/scratch_folder.hpp"

namespace shoal {
using testing::ScratchFolder;
namespace {

constexpr std::int64_t kMiB = std::int64_t{1} << 20;

void write(const std::filesystem::path& path, const std::string& text) {
  std::filesystem::create_directories(path.parent_path());
  std::ofstream(path) << text;
}

TEST(Memory, GrowsByWhatIsTakenAndRemembersThePeak) {
  const std::int64_t before = resident_memory();
  {
    const std::vector<char> taken(64 * kMiB, 1);
    EXPECT_GE(resident_memory(), before + 60 * kMiB);
    EXPECT_EQ(taken.back(), 1);
  }
  give_back_freed_memory();
  EXPECT_LT(resident_memory(), before + 16 * kMiB);
  EXPECT_GE(peak_resident_memory(), before + 60 * kMiB);
}

TEST(Memory, ThereIsWhatTheKernelCallsAvailable) {
  const ScratchFolder root;
  write(root.path() / "proc/meminfo", "MemTotal:  8000 kB\nMemFree:  10 kB\nMemAvailable:    5000 kB\n");
  EXPECT_EQ(available_memory(root.path().string()), 5000 * 1024);
  EXPECT_GT(available_memory(), 0);
}

TEST(Memory, ThereIsNoMoreThanControlGroupsLeave) {
  const ScratchFolder root;
  write(root.path() / "proc/meminfo", "MemAvailable: 5000 kB\n");
  write(root.path() / "proc/self/cgroup", "0::/slurm/job_7/step_0\n");
  const auto group = root.path() / "sys/fs/cgroup/slurm/job_7";
  write(group / "step_0/memory.max", "max\n");
  EXPECT_EQ(available_memory(root.path().string()), 5000 * 1024);
  // A limit of a group above counts, less what is taken of it.
  write(group / "memory.max", "3000000\n");
  write(group / "memory.current", "1000000\n");
  EXPECT_EQ(available_memory(root.path().string()), 2000000);
  write(group / "memory.current", "4000000\n");
  EXPECT_EQ(available_memory(root.path().string()), 0);
}

/// A job that has read its corpus has filled its group with pages of files: they make room by themselves.
TEST(Memory, PagesOfFilesInAControlGroupAreStillThere) {
  const ScratchFolder root;
  write(root.path() / "proc/meminfo", "MemAvailable: 5000 kB\n");
  write(root.path() / "proc/self/cgroup", "0::/job\n");
  const auto group = root.path() / "sys/fs/cgroup/job";
  write(group / "memory.max", "3000000\n");
  write(group / "memory.current", "2900000\n");
  write(group / "memory.stat", "anon 500000\nfile 2400000\nactive_file 1400000\ninactive_file 1000000\n");
  EXPECT_EQ(available_memory(root.path().string()), 2500000);
}

TEST(Memory, ControlGroupsOfTheFirstVersionCountToo) {
  const ScratchFolder root;
  write(root.path() / "proc/meminfo", "MemAvailable: 5000 kB\n");
  write(root.path() / "proc/self/cgroup", "4:cpu:/a\n3:memory:/b\n");
  write(root.path() / "sys/fs/cgroup/memory/b/memory.limit_in_bytes", "700000\n");
  write(root.path() / "sys/fs/cgroup/memory/b/memory.usage_in_bytes", "100000\n");
  EXPECT_EQ(available_memory(root.path().string()), 600000);
}

}  // namespace
}  // namespace shoal
