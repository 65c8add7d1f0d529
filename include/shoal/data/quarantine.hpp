// What was left out, and why: one row of quarantine.csv.
#pragma once

#include <cstdint>
#include <string>

namespace shoal {

/// What was left out: a record (it counts in read = kept + filtered + merged + quarantined), a value of a
/// record that stays, an image, or what stands in a shard of images behind a damaged place.
enum class QuarantineKind : std::uint8_t { record = 0, value = 1, image = 2, shard = 3, vector = 4 };

struct QuarantineRow {
  QuarantineKind kind = QuarantineKind::record;
  std::string file;          ///< path below its corpus root or image source, or the image's name
  std::int64_t record = -1;  ///< number of the record in its file, from 0; -1: the file as a whole
  std::string stage;         ///< read, images, ...
  std::string reason;        ///< a sentence

  friend bool operator==(const QuarantineRow&, const QuarantineRow&) = default;
  friend auto operator<=>(const QuarantineRow&, const QuarantineRow&) = default;
};

}  // namespace shoal
