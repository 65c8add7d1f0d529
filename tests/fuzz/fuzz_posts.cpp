// Reads any bytes as a file of posts: every record is a post or in quarantine, and sentences are text.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "corpus/readers.hpp"
#include "shoal/text/unicode.hpp"

namespace {

/// Ends the program where something does not hold.
void require(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const shoal::ReadResult result =
      shoal::read_posts(std::string_view(reinterpret_cast<const char*>(data), size));
  for (const shoal::ReadPost& read : result.posts) {
    const shoal::Post& post = read.post;
    require(std::ranges::none_of(post.tags, shoal::holds_control) && post.taken_at >= 0);
    require(shoal::is_utf8(post.caption) && shoal::is_utf8(post.creator_name));
    for (const std::string& tag : post.tags) require(shoal::is_utf8(tag));
  }
  for (const shoal::QuarantineRow& row : result.quarantined) {
    require(shoal::is_utf8(row.reason) && !shoal::holds_control(row.reason));
  }
  return 0;
}
