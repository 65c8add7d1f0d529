// Signatures and suffixes.
#include "shoal/base/compression.hpp"

#include "shoal/base/folder.hpp"

namespace shoal {

using namespace std::string_view_literals;

std::string_view compression_of(std::string_view beginning) {
  if (beginning.starts_with("\x1F\x8B"sv)) return "gzip";
  if (beginning.starts_with("\x28\xB5\x2F\xFD"sv)) return "zstd";
  if (beginning.starts_with("\xFD\x37zXZ\0"sv)) return "xz";
  // The digit is the size of its blocks.
  if (beginning.starts_with("BZh"sv) && beginning.size() > 3 && beginning[3] >= '1' && beginning[3] <= '9')
    return "bzip2";
  return {};
}

std::string_view without_compression(std::string_view file_name) {
  for (const std::string_view suffix : {".gz"sv, ".xz"sv, ".zst"sv, ".bz2"sv}) {
    if (has_suffix(file_name, suffix)) return file_name.substr(0, file_name.size() - suffix.size());
  }
  return file_name;
}

}  // namespace shoal
