// A folder that rank 0 makes and all ranks see.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "shoal/base/file.hpp"
#include "shoal/comm/objects.hpp"
#include "support/mpi_world.hpp"
#include "support/scratch_folder.hpp"

namespace shoal::testing {

class SharedFolder {
 public:
  SharedFolder() {
    if (world().is_root()) folder_ = std::make_unique<ScratchFolder>();
    path_ = broadcast_object(world(), folder_ ? folder_->path().string() : std::string(), 0);
  }
  ~SharedFolder() { world().barrier(); }
  /// Written by rank 0 alone; followed by a barrier.
  void write(const std::string& name, const std::string& text) const {
    if (world().is_root()) {
      std::filesystem::create_directories((std::filesystem::path(path_) / name).parent_path());
      write_file_durably(std::filesystem::path(path_) / name, text);
    }
    world().barrier();
  }
  [[nodiscard]] std::string operator/(const std::string& name) const { return path_ + "/" + name; }

 private:
  std::unique_ptr<ScratchFolder> folder_;
  std::string path_;
};

}  // namespace shoal::testing
