// The sizes of blocks are those of the GNU C library: 8 bytes more, in steps of 16, 32 at least.
#include "shoal/data/post_memory.hpp"

#include <algorithm>

namespace shoal {
namespace {

/// Texts up to this length lie inside std::string.
constexpr std::size_t kInside = 15;
/// The numbers of a post and its flags, as an archive has them.
constexpr std::int64_t kPackedNumbers = 82;

std::int64_t block(std::size_t bytes) {
  return std::max<std::int64_t>((static_cast<std::int64_t>(bytes) + 8 + 15) / 16 * 16, 32);
}

std::int64_t heap_bytes(const std::vector<std::string>& texts) {
  std::int64_t bytes = texts.capacity() == 0 ? 0 : block(texts.capacity() * sizeof(std::string));
  for (const std::string& text : texts) bytes += shoal::heap_bytes(text);
  return bytes;
}

std::int64_t packed(const std::string& text) { return 8 + static_cast<std::int64_t>(text.size()); }

std::int64_t packed(const std::vector<std::string>& texts) {
  std::int64_t bytes = 12;
  for (const std::string& text : texts) bytes += packed(text);
  return bytes;
}

}  // namespace

std::int64_t heap_bytes(const std::string& text) {
  return text.capacity() <= kInside ? 0 : block(text.capacity() + 1);
}

std::int64_t memory_of(const Post& post) {
  std::int64_t bytes = sizeof(Post);
  for (const std::string* text :
       {&post.id, &post.platform, &post.shortcode, &post.creator, &post.creator_name, &post.caption,
        &post.image, &post.place.name, &post.source_file, &post.image_url}) {
    bytes += heap_bytes(*text);
  }
  return bytes + heap_bytes(post.tags) + heap_bytes(post.mentions) + heap_bytes(post.further_images);
}

std::int64_t packed_bytes(const Post& post) {
  std::int64_t bytes = kPackedNumbers;
  for (const std::string* text :
       {&post.id, &post.platform, &post.shortcode, &post.creator, &post.creator_name, &post.caption,
        &post.image, &post.place.name, &post.source_file, &post.image_url}) {
    bytes += packed(*text);
  }
  return bytes + packed(post.tags) + packed(post.mentions) + packed(post.further_images);
}

}  // namespace shoal
