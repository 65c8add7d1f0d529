// From a source's raw fields to a post: the rules that all formats share.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "shoal/corpus/read_result.hpp"
#include "shoal/data/post.hpp"

namespace shoal {

/// As the source wrote them.
struct PostFields {
  std::string url;
  std::vector<std::string> tags;      ///< with or without #
  std::vector<std::string> mentions;  ///< with or without @
  std::string caption;
  Place place;                                    ///< with its name as the source wrote it
  std::string date;                               ///< ISO 8601, trusted to the day
  std::optional<std::int64_t> collected_at = {};  ///< seconds since 1970, where the record tells it
  Count likes;
  bool video = false;
  bool album = false;
  std::string image;  ///< first slide's file name
};

/// The post. A tag that is too long, an image name that leaves its folder or a date that is none is
/// quarantined as a value; the post stays without it.
Post post_from_fields(PostFields fields, std::int64_t record, ReadResult& result);

/// Why a name must not be looked up in an image folder; empty if it may.
std::string_view image_name_fault(std::string_view name);

}  // namespace shoal
