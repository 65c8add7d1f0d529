// Writing files of a test, with the folders around them.
#pragma once

#include <filesystem>
#include <string_view>

#include "shoal/base/file.hpp"

namespace shoal::testing {

inline std::filesystem::path write_below(const std::filesystem::path& folder, const std::string& name,
                                         std::string_view text) {
  std::filesystem::create_directories((folder / name).parent_path());
  write_file_durably(folder / name, text);
  return folder / name;
}

}  // namespace shoal::testing
