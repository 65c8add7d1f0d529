// A stage's folder: its segments by name.
#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <numeric>
#include <utility>

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

void add(std::vector<std::string> sentences, std::vector<std::string>& damage) {
  std::move(sentences.begin(), sentences.end(), std::back_inserter(damage));
}

}  // namespace

JournalSegments::JournalSegments(fs::path folder, const Digest& key, std::vector<std::string> names)
    : folder_(std::move(folder)), key_(key), names_(std::move(names)) {}

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
  const auto entries = tolerant(
      [&] {
        SegmentReader reader(folder_ / names_[static_cast<std::size_t>(segment)], key_);
        auto found = reader.entries();
        add(reader.take_damage(), damage);
        return found;
      },
      damage);
  std::vector<TilePlace> places;
  places.reserve(entries.size());
  for (const IndexEntry& entry : entries) {
    places.push_back({entry.tile, entry.input, entry.offset, entry.bytes, segment, entry.payload_crc});
  }
  return places;
}

std::vector<std::string> JournalSegments::verify(std::int32_t segment) const {
  std::vector<std::string> damage;
  tolerant(
      [&] {
        SegmentReader reader(folder_ / names_[static_cast<std::size_t>(segment)], key_);
        reader.verify();
        add(reader.take_damage(), damage);
        return true;
      },
      damage);
  return damage;
}

std::vector<std::vector<std::size_t>> by_segment(std::span<const TilePlace> places) {
  std::vector<std::size_t> order(places.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::sort(order, {}, [&](std::size_t i) { return std::pair(places[i].segment, places[i].offset); });
  std::vector<std::vector<std::size_t>> lists;
  for (const std::size_t i : order) {
    if (lists.empty() || places[lists.back().front()].segment != places[i].segment) lists.emplace_back();
    lists.back().push_back(i);
  }
  return lists;
}

TileReader::TileReader(const JournalSegments& segments) : segments_(segments) {}
TileReader::~TileReader() = default;

std::optional<std::span<const std::byte>> TileReader::read(const TilePlace& place,
                                                           std::vector<std::string>& damage) {
  const auto& names = segments_.names_;
  if (place.segment < 0 || place.segment >= std::ssize(names)) {
    damage.push_back(fmt::format("'{}' has lost a segment", segments_.folder_.string()));
    return std::nullopt;
  }
  return tolerant(
      [&] {
        if (!open_ || segment_ != place.segment) {
          open_.reset();
          const fs::path path = segments_.folder_ / names[static_cast<std::size_t>(place.segment)];
          open_ = std::make_unique<SegmentReader>(path, segments_.key_);
          segment_ = place.segment;
        }
        const auto payload =
            open_->payload({place.tile, place.input, place.offset, place.bytes, place.crc, 0});
        add(open_->take_damage(), damage);
        return payload;
      },
      damage);
}

}  // namespace shoal
