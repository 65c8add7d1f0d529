// What a reader sees of a folder does not depend on the order in which a file system lists it.
#include "shoal/corpus/path_source.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "path_patterns.hpp"
#include "post_digest.hpp"
#include "readers.hpp"
#include "shoal/base/folder.hpp"

namespace shoal {
namespace fs = std::filesystem;
namespace {

Digest digest_of_file(const fs::path& path) {
  const RandomFile file(path);
  const std::int64_t bytes = file.bytes();
  PieceDigests pieces;
  for (std::int64_t begin = 0; begin < bytes; begin += kPieceBytes) {
    append_piece(sha256(file.read(begin, std::min(kPieceBytes, bytes - begin))), pieces);
  }
  return sha256(pieces);
}

/// The files below path / below. A link to a folder is no folder to search: it may lead back.
void add_names(const fs::path& path, const fs::path& below, std::vector<std::string>& names) {
  const fs::path folder = below.empty() ? path : path / below;  // without a slash at its end
  for (const FolderEntry& entry : entries_in(folder)) {
    const std::string relative = (below / entry.name).string();
    if (entry.leads_to_folder(folder)) {
      if (!entry.is_link(folder)) add_names(path, relative, names);
    } else if (!is_system_litter(entry.name)) {
      names.push_back(relative);
    }
  }
}

}  // namespace

std::vector<std::string> PathSource::names() const {
  std::vector<std::string> names;
  add_names(path_, {}, names);
  std::sort(names.begin(), names.end());
  return names;
}

std::string PathSource::text(const std::string& name) {
  const RandomFile file(path_ / name);
  if (file.bytes() > kLargestFile) refuse_file_size(path_ / name, kLargestFile);
  std::string text = file.read(0, file.bytes());
  read_[name] = {digest_by_pieces(text), std::ssize(text)};
  return text;
}

Digest PathSource::digest() const {
  if (!is_folder(path_)) return digest_of_file(path_);
  Sha256 whole;
  for (const auto& [name, file] : read_) whole.update(fmt::format("{}\n{}\n", to_hex(file.digest), name));
  return whole.finish();
}

std::int64_t PathSource::bytes() const {
  if (!is_folder(path_)) return RandomFile(path_).bytes();
  std::int64_t bytes = 0;
  for (const auto& [name, file] : read_) bytes += file.bytes;
  return bytes;
}

}  // namespace shoal
