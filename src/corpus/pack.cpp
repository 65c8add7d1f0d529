// List, sort, copy. Shards are made in a folder of another name, which is renamed when all are there.
#include "shoal/corpus/pack.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <utility>

#include "path_patterns.hpp"
#include "shoal/base/error.hpp"
#include "shoal/base/file.hpp"
#include "shoal/base/folder.hpp"
#include "shoal/base/tar.hpp"
#include "shoal/data/image.hpp"

namespace shoal {
namespace fs = std::filesystem;
namespace {

struct ListedFile {
  std::string name;  ///< path below the folder
  std::uint64_t bytes = 0;
};

/// The files below a folder, by the bytes of their names.
class FolderListing {
 public:
  FolderListing(const fs::path& root, PackSummary& summary) : root_(root), summary_(summary) {
    add_folder(root);
    std::sort(files_.begin(), files_.end(),
              [](const ListedFile& a, const ListedFile& b) { return a.name < b.name; });
    std::sort(summary_.skipped.begin(), summary_.skipped.end());
  }
  [[nodiscard]] std::span<const ListedFile> files() const { return files_; }

 private:
  void add_folder(const fs::path& folder) {
    const auto status = status_of(folder);
    if (!status) throw InputError(fmt::format("'{}' is not there", folder.string()));
    const FolderIdentity identity{status->st_dev, status->st_ino};
    // A link to a folder that it stands in would be followed for ever.
    if (std::find(above_.begin(), above_.end(), identity) != above_.end())
      return skip(folder, "links to a folder that it stands in");
    above_.push_back(identity);
    for (const std::string& name : names_in(folder)) add_entry(folder / name);
    above_.pop_back();
  }

  void add_entry(const fs::path& path) {
    if (is_system_litter(path.filename().string())) {
      ++summary_.litter;
      return;
    }
    try {
      const auto status = status_of(path);
      if (!status) return skip(path, "links to what is not there");
      if (S_ISDIR(status->st_mode)) return add_folder(path);
      if (!S_ISREG(status->st_mode)) return skip(path, "is not a regular file");
      files_.push_back({below_root(path), static_cast<std::uint64_t>(status->st_size)});
    } catch (const InputError& error) {
      skip(path, without_path(error.what(), path));
    }
  }

  void skip(const fs::path& path, const std::string& reason) {
    summary_.skipped.push_back(fmt::format("'{}': {}", below_root(path), reason));
  }
  [[nodiscard]] std::string below_root(const fs::path& path) const {
    return path.lexically_relative(root_).string();
  }

  using FolderIdentity = std::pair<dev_t, ino_t>;

  fs::path root_;
  PackSummary& summary_;
  std::vector<FolderIdentity> above_;  ///< folders that the one in hand stands in
  std::vector<ListedFile> files_;
};

/// WebDataset's key: files of one key are one sample.
std::string_view key_of(std::string_view name) {
  const std::size_t slash = name.rfind('/');
  const std::size_t base = slash == std::string_view::npos ? 0 : slash + 1;
  return name.substr(0, name.find('.', base));
}

/// Takes the next sample off the list.
std::span<const ListedFile> next_sample(std::span<const ListedFile>& files) {
  const std::string_view key = key_of(files.front().name);
  const auto end =
      std::find_if(files.begin(), files.end(), [&](const ListedFile& f) { return key_of(f.name) != key; });
  const auto sample = files.first(static_cast<std::size_t>(end - files.begin()));
  files = files.subspan(sample.size());
  return sample;
}

class ShardWriter {
 public:
  ShardWriter(fs::path folder, std::uint64_t shard_bytes)
      : folder_(std::move(folder)), shard_bytes_(shard_bytes) {}

  /// A sample that fits no shard together with what is in this one begins another.
  void begin(std::span<const ListedFile> sample) {
    std::uint64_t bytes = 0;
    for (const ListedFile& file : sample) bytes += TarWriter::bytes_of_member(file.name, file.bytes);
    make_room(bytes);
  }
  void add(const std::string& name, std::span<const std::byte> bytes) {
    make_room(TarWriter::bytes_of_member(name, bytes.size()));
    if (!shard_) shard_ = std::make_unique<TarWriter>(folder_ / fmt::format("{:05}.tar", shards_++));
    shard_->add(name, bytes);
  }
  void finish() {
    if (shard_) shard_->publish();
    shard_.reset();
  }
  [[nodiscard]] std::int64_t shards() const { return shards_; }

 private:
  void make_room(std::uint64_t bytes) {
    if (shard_ && shard_->bytes_written() + bytes + TarWriter::kBytesOfEnd > shard_bytes_) finish();
  }

  fs::path folder_;
  std::uint64_t shard_bytes_;
  std::unique_ptr<TarWriter> shard_;
  std::int64_t shards_ = 0;
};

/// The folder that the shards are made in. Throws UsageError where it, or the one that it becomes, is there.
fs::path make_partial_folder(const fs::path& out) {
  if (is_listed(out)) {
    throw UsageError(fmt::format(
        "'{}' is there already, and shards are never overwritten; name another folder", out.string()));
  }
  const fs::path partial = partial_name(out);
  std::error_code error;
  fs::create_directories(out.has_parent_path() ? out.parent_path() : fs::path("."), error);
  const bool made = !error && fs::create_directory(partial, error);
  if (error) throw_system_error("creation", partial.string(), error.value());
  if (!made) {
    throw UsageError(
        fmt::format("'{}' is there: another `shoal pack` is at work on it, or one was stopped. "
                    "In that case remove the folder and start again",
                    partial.string()));
  }
  return partial;
}

void add_file(const fs::path& folder, const std::string& name, ShardWriter& shards, PackSummary& summary) {
  std::vector<std::byte> bytes;
  try {
    bytes = read_file(folder / name, kLargestImageFile);
  } catch (const InputError& error) {
    summary.skipped.push_back(fmt::format("'{}': {}", name, without_path(error.what(), folder / name)));
    return;
  }
  shards.add(name, bytes);
  ++summary.files;
  summary.bytes += bytes.size();
}

}  // namespace

PackSummary pack_folder(const fs::path& folder, const fs::path& out, std::uint64_t shard_bytes) {
  PackSummary summary;
  // A trailing slash would make the last part of the name empty.
  const fs::path target = out.has_filename() ? out : out.parent_path();
  const FolderListing listing(folder, summary);
  const fs::path partial = make_partial_folder(target);
  ShardWriter shards(partial, shard_bytes);
  for (auto files = listing.files(); !files.empty();) {
    const auto sample = next_sample(files);
    shards.begin(sample);
    for (const ListedFile& file : sample) add_file(folder, file.name, shards, summary);
  }
  shards.finish();
  summary.shards = shards.shards();
  rename_durably(partial, target);
  return summary;
}

}  // namespace shoal
