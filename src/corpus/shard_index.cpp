// One thread a shard, from header to header.
#include "shard_index.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "shoal/base/error.hpp"
#include "shoal/base/random_file.hpp"
#include "shoal/base/tar.hpp"
#include "shoal/base/threads.hpp"
#include "shoal/comm/objects.hpp"
#include "shoal/corpus/listing.hpp"
#include "shoal/data/serialize.hpp"

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

TarIndex read_index(const ImageSource& source) {
  const RandomFile file(source.path);
  TarIndex index =
      index_tar([&](std::uint64_t offset, std::span<std::byte> bytes) { return file.read_at(offset, bytes); },
                static_cast<std::uint64_t>(source.bytes));
  if (index.compression.empty()) return index;
  throw InputError(
      fmt::format("'{}' under [corpus] images is compressed with {}: images are read from shards by offset, "
                  "which a compressed one does not allow; unpack it to a plain .tar",
                  source.path, index.compression));
}

/// A path in an archive as posts spell it: "./a//b.jpg" and "/a/b.jpg" are "a/b.jpg". One that leaves the
/// archive keeps its "..", and no post can name it.
std::string plain_name(const std::string& name) {
  const std::size_t root = std::min(name.find_first_not_of('/'), name.size());
  return std::filesystem::path(name.substr(root)).lexically_normal().string();
}

ImageCopy copy_of(TarMember member, const ImageSource& source, int number) {
  return {{plain_name(member.name), number, static_cast<std::int64_t>(member.offset),
           static_cast<std::int64_t>(member.bytes)},
          std::move(member.beginning),
          member.fault.empty() ? "" : "the file " + member.fault,
          source.bytes,
          source.modified};
}

QuarantineRow row_of(const ImageSource& source, const TarIndex& index) {
  return {QuarantineKind::shard, source.relative, -1, "images",
          fmt::format("the shard was read up to a damaged place, and {} files before that are used: {}; make "
                      "the shard again",
                      index.members.size(), index.damage)};
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
  std::vector<TarIndex> indexes(mine.size());
  std::vector<std::string> faults(mine.size() + 1);
  parallel_for(mine.size(), threads, [&](std::size_t i) {
    try {
      indexes[i] = read_index(sources[static_cast<std::size_t>(mine[i].number)]);
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
    for (TarMember& member : indexes[i].members) {
      result.members.push_back(copy_of(std::move(member), source, static_cast<int>(mine[i].number)));
    }
    indexes[i] = {};
  }
  return result;
}

}  // namespace shoal
