// A folder that all ranks of a test see, and damage to the files in it.
#pragma once

#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <stdexcept>
#include <string>

#include "shoal/comm/objects.hpp"
#include "support/scratch_folder.hpp"

namespace shoal::testing {

/// Made and removed by rank 0.
class SharedFolder {
 public:
  explicit SharedFolder(Communicator& comm) : comm_(comm) {
    if (comm.is_root()) own_.emplace();
    path_ = broadcast_object(comm, own_ ? own_->path().string() : std::string(), 0);
  }
  ~SharedFolder() { comm_.barrier(); }
  SharedFolder(const SharedFolder&) = delete;
  SharedFolder& operator=(const SharedFolder&) = delete;

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  Communicator& comm_;
  std::optional<ScratchFolder> own_;
  std::filesystem::path path_;
};

/// Flips one bit of the last place in a file where `pattern` stands.
inline void flip_bit_of(const std::filesystem::path& path, const std::string& pattern) {
  std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
  const std::string bytes((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  const std::size_t at = bytes.rfind(pattern);
  if (at == std::string::npos) throw std::runtime_error("the pattern to damage is not in the file");
  file.clear();
  file.seekp(static_cast<std::streamoff>(at));
  file.put(static_cast<char>(bytes[at] ^ 4));
}

}  // namespace shoal::testing
