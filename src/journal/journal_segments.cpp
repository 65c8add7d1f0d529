// A stage's folder: its segments by name.
#include <fmt/format.h>

#include <algorithm>

#include "segment_reader.hpp"
#include "shoal/base/error.hpp"
#include "shoal/base/folder.hpp"
#include "shoal/base/patience.hpp"

namespace shoal {
namespace fs = std::filesystem;
namespace {

/// What is no file in a segment's place is damage, too.
template <class Work>
auto tolerant(const Work& work, std::vector<std::string>& damage) -> decltype(work()) {
  try {
    return work();
  } catch (const InputError& error) {
    damage.emplace_back(error.what());
    return {};
  }
}

/// A run that goes on elsewhere may have sealed a segment since it was listed: its tiles lie where they lay.
fs::path as_it_is_now(const fs::path& path) {
  std::error_code error;
  if (path.extension() != kOpenSuffix || fs::exists(path, error)) return path;
  const fs::path sealed = fs::path(path).replace_extension(kSealedSuffix);
  return fs::exists(sealed, error) ? sealed : path;
}

}  // namespace

JournalSegments::JournalSegments(fs::path folder, const Digest& key, std::vector<std::string> names)
    : folder_(std::move(folder)), key_(key), names_(std::move(names)) {}

fs::path JournalSegments::path_of(std::int32_t segment) const {
  return as_it_is_now(folder_ / names_[static_cast<std::size_t>(segment)]);
}

std::vector<std::string> JournalSegments::list(const fs::path& folder) {
  std::vector<std::string> names;
  // Also a file in its place, such as a checkpoint, has none.
  if (!read_of_own([&] { return is_folder(folder); })) return names;
  for (const std::string& name : read_of_own([&] { return names_in(folder); })) {
    const fs::path suffix = fs::path(name).extension();
    if (suffix == kOpenSuffix || suffix == kSealedSuffix) names.push_back(name);
  }
  return names;
}

std::vector<TilePlace> JournalSegments::read_index(std::int32_t segment,
                                                   std::vector<std::string>& damage) const {
  const auto entries =
      tolerant([&] { return SegmentReader(path_of(segment), key_, damage).entries(); }, damage);
  std::vector<TilePlace> places;
  places.reserve(entries.size());
  for (const IndexEntry& entry : entries) {
    places.push_back({entry.tile, entry.input, entry.offset, entry.bytes, segment, entry.payload_crc});
  }
  return places;
}

std::optional<std::vector<std::byte>> JournalSegments::read(const TilePlace& place,
                                                            std::vector<std::string>& damage) const {
  const auto segment = static_cast<std::size_t>(place.segment);
  if (place.segment < 0 || segment >= names_.size()) {
    damage.push_back(fmt::format("'{}' has lost a segment", folder_.string()));
    return std::nullopt;
  }
  return tolerant(
      [&] {
        return SegmentReader(path_of(place.segment), key_, damage)
            .payload({place.tile, place.input, place.offset, place.bytes, place.crc, 0});
      },
      damage);
}

std::vector<std::string> JournalSegments::verify(std::int32_t segment) const {
  std::vector<std::string> damage;
  tolerant(
      [&] {
        SegmentReader(path_of(segment), key_, damage).verify();
        return true;
      },
      damage);
  return damage;
}

}  // namespace shoal
