// Rules are asked in the order in which they are counted: a post that several leave out counts for the first.
#include "shoal/corpus/keep_rule.hpp"

#include <algorithm>

namespace shoal {
namespace {

bool has_any(const std::vector<std::string>& tags, const std::vector<std::string>& of) {
  return std::ranges::any_of(tags,
                             [&](const std::string& tag) { return std::ranges::find(of, tag) != of.end(); });
}

}  // namespace

std::string_view KeepRule::refusal(const Post& post) const {
  const bool kind = post.media == MediaKind::image   ? images
                    : post.media == MediaKind::video ? videos
                                                     : albums;
  if (!kind) return "media";
  if (static_cast<std::int64_t>(post.tags.size()) < min_tags) return "min_tags";
  if ((!any_tags.empty() && !has_any(post.tags, any_tags)) || has_any(post.tags, no_tags)) return "tags";
  if (!likes.holds(post.likes)) return "likes";
  if (!comments.holds(post.comments)) return "comments";
  if (!plays.holds(post.plays)) return "plays";
  const bool has_time = post.taken_at_precision != TimePrecision::none;
  if (taken_at.is_limited() && !(has_time && taken_at.holds(post.taken_at))) return "taken_at";
  return "";
}

}  // namespace shoal
