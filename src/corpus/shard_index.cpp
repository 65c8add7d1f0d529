// One thread a shard: of a tar from header to header, of a zip by its directory.
#include "shard_index.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <set>

#include "archived_posts.hpp"
#include "shoal/base/error.hpp"
#include "shoal/base/random_file.hpp"
#include "shoal/base/tar.hpp"
#include "shoal/base/threads.hpp"
#include "shoal/comm/objects.hpp"
#include "shoal/corpus/listing.hpp"
#include "shoal/data/serialize.hpp"
#include "unused_images.hpp"
#include "zip_index.hpp"
#include "zip_names.hpp"

namespace shoal {
namespace {

/// The sources that are this rank's to index.
std::vector<Unit> shards_of(const std::vector<ImageSource>& sources, const Communicator& comm) {
  std::vector<Unit> shards;
  for (std::size_t i = 0; i < sources.size(); ++i) {
    if (sources[i].shard) shards.push_back({static_cast<std::int64_t>(i), "", "", sources[i].bytes});
  }
  return shard_by_size(shards, comm.size())[static_cast<std::size_t>(comm.rank())];
}

/// What a shard holds.
struct ShardIndex {
  std::vector<ImageCopy> copies;
  std::size_t files = 0;  ///< several names may be one's
  std::string damage;
};

ImageCopy copy_of(const ImageSource& source, int number, const std::string& name, std::uint64_t offset,
                  std::uint64_t bytes) {
  ImageCopy copy;
  copy.ref = {path_in_archive(name), number, static_cast<std::int64_t>(offset),
              static_cast<std::int64_t>(bytes)};
  copy.file_bytes = source.bytes;
  copy.modified = source.modified;
  return copy;
}

ShardIndex read_tar(const TarSource& bytes_at, const ImageSource& source, int number) {
  TarIndex index = index_tar(bytes_at, static_cast<std::uint64_t>(source.bytes));
  if (!index.compression.empty()) {
    throw InputError(fmt::format(
        "'{}' under [corpus] images is compressed with {}: images are read from shards by offset, "
        "which a compressed one does not allow; unpack it to a plain .tar",
        source.path, index.compression));
  }
  ShardIndex result{{}, index.members.size(), std::move(index.damage)};
  for (TarMember& member : index.members) {
    ImageCopy& copy =
        result.copies.emplace_back(copy_of(source, number, member.name, member.offset, member.bytes));
    copy.beginning = std::move(member.beginning);
    copy.fault = member.fault.empty() ? "" : "the file " + member.fault;
  }
  return result;
}

ShardIndex read_zip(const TarSource& bytes_at, const ImageSource& source, int number) {
  ZipIndex index = index_zip(bytes_at, static_cast<std::uint64_t>(source.bytes));
  ShardIndex result{{}, index.members.size(), std::move(index.damage)};
  for (ZipEntry& member : index.members) {
    ImageCopy& copy =
        result.copies.emplace_back(copy_of(source, number, member.name, member.header, member.bytes));
    if (member.fault.empty()) {
      ZipText begin = begin_zip_member(bytes_at, member, kTarBeginning);
      copy.beginning = std::move(begin.text);
      member.fault = std::move(begin.fault);
    }
    copy.fault = member.fault.empty() ? "" : "the file " + member.fault;
  }
  add_other_names(bytes_at, index.members, result.copies);
  return result;
}

/// A file is a photo by any of its names. Returns how many are.
std::int64_t mark_photos(std::vector<ImageCopy>& copies) {
  std::set<std::int64_t> photos;  // by place
  for (const ImageCopy& copy : copies) {
    if (is_named_as_photo(copy.ref.name)) photos.insert(copy.ref.offset);
  }
  for (ImageCopy& copy : copies) copy.photo = photos.contains(copy.ref.offset);
  return std::ssize(photos);
}

ShardIndex read_index(const ImageSource& source, int number) {
  const RandomFile file(source.path);
  const TarSource bytes_at = [&](std::uint64_t offset, std::span<std::byte> bytes) {
    return file.read_at(offset, bytes);
  };
  const bool zip = is_zip(file.read_up_to(0, 4));
  return zip ? read_zip(bytes_at, source, number) : read_tar(bytes_at, source, number);
}

QuarantineRow row_of(const ImageSource& source, const ShardIndex& index) {
  return {QuarantineKind::shard, source.relative, -1, "images",
          fmt::format("the shard was read up to a damaged place, and {} files before that are used: {}; make "
                      "the shard again",
                      index.files, index.damage)};
}

/// The first rank's error is every rank's.
void throw_together(Communicator& comm, const std::string& fault) {
  for (const std::string& of_rank : all_gather_objects(comm, fault)) {
    if (!of_rank.empty()) throw InputError(of_rank);
  }
}

}  // namespace

IndexedShards index_shards(Communicator& comm, const std::vector<ImageSource>& sources, int threads) {
  const std::vector<Unit> mine = shards_of(sources, comm);
  std::vector<ShardIndex> indexes(mine.size());
  std::vector<std::string> faults(mine.size() + 1);
  parallel_for(mine.size(), threads, [&](std::size_t i) {
    try {
      const std::int64_t number = mine[i].number;
      indexes[i] = read_index(sources[static_cast<std::size_t>(number)], static_cast<int>(number));
    } catch (const InputError& error) {
      faults[i] = error.what();
    }
  });
  throw_together(comm, *std::find_if(faults.begin(), faults.end() - 1,
                                     [](const std::string& fault) { return !fault.empty(); }));
  IndexedShards result;
  for (std::size_t i = 0; i < mine.size(); ++i) {
    const ImageSource& source = sources[static_cast<std::size_t>(mine[i].number)];
    if (!indexes[i].damage.empty()) result.quarantine.push_back(row_of(source, indexes[i]));
    result.files += static_cast<std::int64_t>(indexes[i].files);
    result.photos += mark_photos(indexes[i].copies);
    std::ranges::move(indexes[i].copies, std::back_inserter(result.members));
    indexes[i] = {};
  }
  return result;
}

}  // namespace shoal
