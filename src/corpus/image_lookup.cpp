// stat in each folder; contents are compared only where there are several copies.
#include "image_lookup.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <utility>

#include "shoal/base/digest.hpp"
#include "shoal/base/error.hpp"
#include "shoal/base/file.hpp"
#include "shoal/base/folder.hpp"
#include "shoal/base/patience.hpp"
#include "shoal/base/random_file.hpp"

namespace shoal {
namespace fs = std::filesystem;
namespace {

/// A path that cannot be followed (a loop of links) is there, and opening it says why it cannot be read.
bool is_there(const fs::path& path) {
  try {
    return status_of(path).has_value();
  } catch (const InputError&) {
    return true;
  }
}

/// Adds the folders that have the name.
void add_copies_in_folders(const std::string& name, const ImageReader& images,
                           std::vector<ImageCopy>& copies) {
  const auto& sources = images.sources();
  for (std::size_t i = 0; i < sources.size(); ++i) {
    if (sources[i].shard || !is_there(fs::path(sources[i].path) / name)) continue;
    copies.push_back({.ref = {name, static_cast<int>(i)}});
  }
}

/// The beginning of a folder's file; size and time are taken while it is open. Throws UnavailableError where
/// it is gone.
void examine_file(ImageCopy& copy, const fs::path& path) {
  try {
    const RandomFile file(path);
    copy.ref.bytes = copy.file_bytes = file.bytes();
    copy.modified = file.version().modified;
    std::array<std::byte, 64> beginning{};
    const std::size_t got = file.read_at(0, beginning);
    copy.beginning.assign(reinterpret_cast<const char*>(beginning.data()), got);
  } catch (const InputError& error) {
    if (!is_there(path)) throw_changed_while_read(path);
    copy.fault = without_path(error.what(), path);
  }
}

/// By what copies are told apart: those that can be read come first, by digest, the others by what is wrong
/// with them.
std::pair<bool, std::string> rank_of(const ImageCopy& copy, const ImageReader& images) {
  if (!copy.fault.empty()) return {true, copy.fault};
  try {
    return {false, to_hex(sha256(images.read(copy.ref)))};
  } catch (const InputError& error) {
    return {true, without_path(error.what(), images.place_of(copy.ref))};
  }
}

struct LowestCopy {
  std::size_t place = 0;
  bool several = false;  ///< whether another one that can be read differs
};

/// The copy with the lowest digest: a choice that does not depend on the order of the sources. One that
/// cannot be read is chosen only if none can.
LowestCopy lowest_copy(const std::vector<ImageCopy>& copies, const ImageReader& images) {
  if (copies.size() == 1) return {};
  std::vector<std::pair<bool, std::string>> ranks;
  for (const ImageCopy& copy : copies) ranks.push_back(rank_of(copy, images));
  const auto lowest = std::ranges::min_element(ranks);
  return {static_cast<std::size_t>(lowest - ranks.begin()),
          std::ranges::any_of(ranks, [&](const auto& rank) { return !rank.first && rank != *lowest; })};
}

std::string fault_of(const ImageCopy& copy, const ImageSniffer& sniff) {
  if (!copy.fault.empty()) return copy.fault;
  if (copy.beginning.empty()) return "the file is empty";
  return sniff(std::as_bytes(std::span(copy.beginning)));
}

}  // namespace

FoundImage look_up_image(const std::string& name, std::vector<ImageCopy> in_shards, const ImageReader& images,
                         const ImageSniffer& sniff) {
  std::vector<ImageCopy> copies = std::move(in_shards);
  add_copies_in_folders(name, images, copies);
  if (copies.empty()) return {};
  // Members arrive in the order of the ranks that indexed them.
  std::sort(copies.begin(), copies.end(), [](const ImageCopy& a, const ImageCopy& b) {
    return std::pair(a.ref.source, a.ref.offset) < std::pair(b.ref.source, b.ref.offset);
  });
  for (ImageCopy& copy : copies) {
    if (images.sources()[static_cast<std::size_t>(copy.ref.source)].shard) continue;
    patiently([&] { examine_file(copy, images.place_of(copy.ref)); });
  }
  FoundImage found;
  const LowestCopy lowest = lowest_copy(copies, images);
  found.copy = std::move(copies[lowest.place]);
  found.several = lowest.several;
  found.fault = fault_of(found.copy, sniff);
  found.state = found.fault.empty() ? ImageState::present : ImageState::unreadable;
  return found;
}

}  // namespace shoal
