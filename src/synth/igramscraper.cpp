// What igramscraper prints of posts, with the line of dashes that the climate study prints behind each. The
// quote before `Id` is the program's own.
#include <fmt/format.h>

#include "addresses.hpp"
#include "formats.hpp"

namespace shoal {
namespace {

constexpr std::string_view kComments = "\nNumber of comments: ";

std::string_view media_type(MediaKind kind) {
  switch (kind) {
    case MediaKind::video:
      return "video";
    case MediaKind::album:
      return "sidecar";
    default:
      return "image";
  }
}

std::string printed_post(const MadeRecord& record) {
  const MadePost& post = *record.post;
  std::string text = fmt::format("\nMedia Info:\n'Id: {}\nShortcode: {}\nCreated at: {}\n", post.id,
                                 post.shortcode, post.taken_at);
  // It prints no other number of comments.
  text += fmt::format("Caption: {}{}0\n", damaged_caption(post), kComments);
  text += fmt::format("Number of likes: {}\n", damaged_likes(post.likes.count, post.damage));
  text += fmt::format("Link: {}\nHig res image: {}\n", url_of_post(post), url_of_file(post.files.front()));
  text += fmt::format("Media type: {}\n\nAccount info:\nId {}\n{:->50}\n", media_type(post.kind),
                      record.account->id, "");
  return text;
}

/// Behind its counts a post is whole for readers.
std::string cut_before_counts(std::string_view record) {
  return first_half(record.substr(0, record.rfind(kComments)));
}

}  // namespace

// A program that prints has no quotes, and no record without its lines.
const RecordFiles kIgramscraperFiles{
    .folder = "posts",
    .suffix = ".txt",
    .record = printed_post,
    .damage = {Damage::hidden_likes, Damage::invalid_utf8, Damage::nul_byte, Damage::year_zero,
               Damage::future, Damage::repeated, Damage::cut},
    .cut = cut_before_counts};

}  // namespace shoal
