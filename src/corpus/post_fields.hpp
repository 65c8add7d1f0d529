// From a source's raw fields to a post: the rules that all formats share.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "shoal/corpus/read_result.hpp"
#include "shoal/corpus/read_rules.hpp"
#include "shoal/data/post.hpp"

namespace shoal {

/// What Post::id of posts of Instagram begins with, whose ids are shortcodes.
inline constexpr std::string_view kInstagram = "instagram";

/// Who wrote a post, as its record tells.
struct AuthorFields {
  std::string handle;  ///< or an address of the account
  std::string id;      ///< the platform's number
  std::string display_name;
  Count followers;
  Count followees;
  Count posts;
};

/// When a post was made: at a second, or as a text.
struct TimeFields {
  std::optional<std::int64_t> seconds{};  ///< since 1970, UTC
  std::string text{};                     ///< ISO 8601
  /// How far the text is trusted: the time of day that a source appends to a day is none.
  TimePrecision of_text = TimePrecision::day;
};

/// As the source wrote them.
struct PostFields {
  std::string platform{kInstagram};
  std::string told_id;    ///< Post::id as Shoal told it earlier: of Instagram it must fit the shortcode
  std::string url;        ///< of the post; where it has no shortcode of its own, this one's counts
  std::string shortcode;  ///< Instagram's
  std::string id;         ///< the platform's number; one of Instagram is its shortcode, written in digits
  bool has_code = true;   ///< whether the source tells which of the platform's posts it is
  std::vector<std::string> tags;      ///< with or without #
  bool has_tag_list = true;           ///< whether the source has a list of tags at all
  std::vector<std::string> mentions;  ///< with or without @; those of the caption are added
  bool lists_are_whole = false;  ///< whether tags and mentions are all there are, whatever the caption has
  std::string caption;
  bool caption_has_entities = false;  ///< whether `&amp;` stands for `&` in it
  Place place;                        ///< with its name as the source wrote it
  TimeFields time;
  std::optional<bool> doubtful_time = {};         ///< where it is known whether the time cannot well be
  std::optional<std::int64_t> collected_at = {};  ///< seconds since 1970, where the record tells it
  Count likes;
  Count comments;
  Count plays;
  bool video = false;
  bool album = false;
  std::vector<std::string> images;  ///< file names of the slides, the first one first
  std::string image_url;            ///< address of the first slide
  AuthorFields author;
};

/// The post; its author is added to the accounts. A tag that is too long, an image name that leaves its
/// folder or a date that is none is quarantined as a value; the post stays without it.
Post post_from_fields(PostFields fields, std::int64_t record, const ReadRules& rules, ReadResult& result);

/// A date, an image name and the like as a file's name that its address ends in: without what follows '?'.
std::string file_name_in_address(std::string_view url);

/// Why a name must not be looked up in an image folder; empty if it may.
std::string_view image_name_fault(std::string_view name);

}  // namespace shoal
