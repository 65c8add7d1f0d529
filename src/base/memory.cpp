// /proc for this process and its node; control groups of both versions for what a batch system allows.
#include "shoal/base/memory.hpp"

#include <malloc.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <limits>
#include <optional>

namespace shoal {
namespace fs = std::filesystem;
namespace {

/// Blocks from here on are mapped by themselves. Large enough that a photo's pixels are not mapped anew each
/// time.
constexpr int kMappedBlock = 8 << 20;

/// The number behind a name in a file of such lines; 0 where there is none.
std::int64_t number_behind(const fs::path& path, const std::string& name) {
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    if (line.rfind(name, 0) == 0) return std::atoll(line.c_str() + name.size());
  }
  return 0;
}

/// The same behind "name:", where the kernel counts in KiB.
std::int64_t bytes_behind(const fs::path& path, const std::string& name) {
  return 1024 * number_behind(path, name + ":");
}

/// A file that holds one number; nothing for "max" and where there is no file.
std::optional<std::int64_t> number_in(const fs::path& path) {
  std::ifstream file(path);
  std::int64_t value = 0;
  if (file >> value) return value;
  return std::nullopt;
}

/// Where the kernel tells of a kind of control group: the line's path below the mount point.
struct ControlGroup {
  const char* controller;  ///< as /proc/self/cgroup names it; empty: version 2
  const char* mount;
  const char* limit;
  const char* usage;
  /// In memory.stat: pages of files, which the kernel drops when memory is short.
  const char* cached[2];
};
constexpr ControlGroup kVersions[] = {
    {"", "sys/fs/cgroup", "memory.max", "memory.current", {"active_file", "inactive_file"}},
    {"memory",
     "sys/fs/cgroup/memory",
     "memory.limit_in_bytes",
     "memory.usage_in_bytes",
     {"total_active_file", "total_inactive_file"}}};

std::optional<fs::path> own_group(const fs::path& root, const ControlGroup& version) {
  std::ifstream file(root / "proc/self/cgroup");
  for (std::string line; std::getline(file, line);) {
    const std::size_t first = line.find(':');
    const std::size_t second = line.find(':', first + 1);
    if (second == std::string::npos) continue;
    if (line.substr(first + 1, second - first - 1) != version.controller) continue;
    return root / version.mount / fs::path(line.substr(second + 1)).relative_path();
  }
  return std::nullopt;
}

/// What a group has taken and cannot be made to give back.
std::int64_t taken(const fs::path& group, const ControlGroup& version) {
  std::int64_t bytes = number_in(group / version.usage).value_or(0);
  for (const char* name : version.cached)
    bytes -= number_behind(group / "memory.stat", std::string(name) + " ");
  return bytes;
}

/// What is left in the group and all above it: each may have a limit.
std::int64_t left_in_groups(const fs::path& root, const ControlGroup& version) {
  std::int64_t left = std::numeric_limits<std::int64_t>::max();
  const auto own = own_group(root, version);
  if (!own) return left;
  const fs::path mount = root / version.mount;
  for (fs::path group = *own; group.native().size() >= mount.native().size(); group = group.parent_path()) {
    if (const auto limit = number_in(group / version.limit)) {
      left = std::min(left, std::max<std::int64_t>(*limit - taken(group, version), 0));
    }
    if (group == mount) break;
  }
  return left;
}

}  // namespace

std::int64_t resident_memory() { return bytes_behind("/proc/self/status", "VmRSS"); }

std::int64_t peak_resident_memory() { return bytes_behind("/proc/self/status", "VmHWM"); }

std::int64_t available_memory(const std::string& root) {
  const fs::path top = root.empty() ? "/" : root;
  const std::int64_t kernel = bytes_behind(top / "proc/meminfo", "MemAvailable");
  std::int64_t left = kernel > 0 ? kernel : std::numeric_limits<std::int64_t>::max();
  for (const ControlGroup& version : kVersions) left = std::min(left, left_in_groups(top, version));
  return left;
}

void give_back_freed_memory() { ::malloc_trim(0); }

void use_predictable_allocation() {
  // Left to itself, the C library raises this with each large block that is freed.
  ::mallopt(M_MMAP_THRESHOLD, kMappedBlock);
}

}  // namespace shoal
