// A post as every input format delivers it.
#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace shoal {

/// Why a number is missing. A number that the source hides is missing, never 0 or -1.
enum class Missing : std::uint8_t {
  none = 0,
  hidden = 1,
  not_exported = 2,  ///< the source does not tell it
  invalid = 3,       ///< what stands there is no count
  parser_bug = 4,    ///< the program that collected it always wrote the same
  partial = 5        ///< the record is one of which only a part was collected
};
inline constexpr int kMissingReasons = 5;
/// As results and exports call the reasons, by number: the first is `hidden`, as none needs no name.
inline constexpr std::array<std::string_view, kMissingReasons> kMissingWords{
    "hidden", "not_exported", "invalid", "parser_bug", "partial"};

/// A count that may be missing, with the reason.
struct Count {
  std::int64_t value = 0;
  Missing missing = Missing::not_exported;

  static Count of(std::int64_t value) { return {value, Missing::none}; }
  [[nodiscard]] bool known() const { return missing == Missing::none; }
};

/// Where a post says that it was made.
struct Place {
  std::string name;                                             ///< empty where the source has none
  double latitude = std::numeric_limits<double>::quiet_NaN();   ///< degrees, north is positive; NaN: not told
  double longitude = std::numeric_limits<double>::quiet_NaN();  ///< degrees, east is positive; NaN: not told
};

enum class MediaKind : std::uint8_t { image = 0, video = 1, album = 2 };
/// As results and exports call them, by number.
inline constexpr std::array<std::string_view, 3> kMediaWords{"image", "video", "album"};
enum class TimePrecision : std::uint8_t { none = 0, day = 1, second = 2 };

struct Post {
  /// Unique in the corpus: `ig:<shortcode>`, `<platform>:<id>` on other platforms, or a digest of file,
  /// record number and path.
  std::string id;
  std::string platform;   ///< empty: Instagram
  std::string shortcode;  ///< as in the source; empty if it has none
  /// The account: its handle in lower case, else `id:<its number>`; on other platforms behind `<platform>:`.
  std::string creator;
  std::string creator_name;   ///< as the account calls itself, not unique; empty where the source has none
  std::int64_t taken_at = 0;  ///< seconds since 1970, UTC
  std::int64_t collected_at = 0;  ///< when the record was collected, likewise; 0: the source does not tell
  TimePrecision taken_at_precision = TimePrecision::none;
  bool taken_at_doubtful = false;  ///< a time that the source tells, and that cannot well be
  std::string caption;
  std::vector<std::string> tags;      ///< normalised (text/tags.hpp), distinct, in order of first use
  std::vector<std::string> mentions;  ///< accounts, as `creator` names them, distinct
  Count likes;
  Count comments;
  Count plays;  ///< of a video: how often it was played
  Place place;
  MediaKind media = MediaKind::image;
  std::string source_file;   ///< path below the folder that the job names; empty unless it is asked for
  std::int64_t record = -1;  ///< its number in this file, from 0
  std::string image;         ///< file name of the first slide or of a video's cover; empty if none is named
  std::string image_url;     ///< its address; empty unless it is asked for
  std::vector<std::string>
      further_images;  ///< of the slides behind the first; empty unless they are asked for
};

/// What became of the image that a post names.
enum class ImageState : std::uint8_t { none = 0, missing = 1, unreadable = 2, present = 3 };

}  // namespace shoal
