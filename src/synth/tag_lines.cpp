// The hashtag study's lines: a post is its tags.
#include "formats.hpp"

namespace shoal {
namespace {

std::string tag_line(const MadeRecord& record) {
  std::string line;
  for (const std::string& tag : record.post->tags) {
    if (!line.empty()) line += ',';
    line += tag.substr(1);
  }
  line += damaged_end_of_caption(record.post->damage);
  return "{" + line + "}\n";
}

}  // namespace

// A line of anything else makes the whole file one of another format.
const RecordFiles kTagLineFiles{
    .folder = "posts", .suffix = ".txt", .record = tag_line, .damage = {Damage::invalid_utf8}};

}  // namespace shoal
