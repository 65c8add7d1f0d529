// The post's image is the photo's path; its id is made of that and of the photo's bytes, as of all without a
// code.
#include "photo_posts.hpp"

#include <algorithm>
#include <array>

#include "claims.hpp"
#include "post_fields.hpp"
#include "readers.hpp"
#include "shoal/base/compression.hpp"
#include "shoal/base/error.hpp"
#include "shoal/base/folder.hpp"
#include "shoal/base/random_file.hpp"

namespace shoal {

bool is_photo(const std::filesystem::path& path) {
  using namespace std::string_view_literals;
  try {
    if (is_folder(path)) return false;
    const std::string beginning = RandomFile(path).read_up_to(0, 12);
    return beginning.starts_with("\xFF\xD8\xFF"sv) || beginning.starts_with("\x89PNG\r\n\x1A\n"sv) ||
           (beginning.starts_with("RIFF"sv) && beginning.ends_with("WEBP"sv));
  } catch (const Error&) {
    return false;  // reading it says what is wrong
  }
}

ReadResult read_photo(PathSource& source) {
  ReadResult result;
  const std::int64_t record = result.next_record();
  PostFields post;
  post.has_code = false;
  post.has_tag_list = false;
  post.images = {std::string(source.file().relative)};
  result.posts.push_back({record, post_from_fields(std::move(post), record, source.file().rules(), result)});
  return result;
}

std::span<const PostReader> photo_readers(std::span<const PostReader> readers) {
  static constexpr std::array kReaders{
      PostReader{kPhoto, ".jpg .jpeg .png .webp", OwnPaths{is_photo, read_photo}}};
  const bool known =
      std::ranges::any_of(readers, [](const PostReader& reader) { return reader.name == kPhoto; });
  return known ? std::span<const PostReader>(kReaders) : std::span<const PostReader>();
}

bool is_of_a_format(const Unit& unit, std::span<const PostReader> readers) {
  if (!unit.format.empty()) return unit.format != kPhoto;
  if (!unit.found || !may_be_anything(unit.relative)) return true;
  try {
    const std::string beginning = RandomFile(unit.path).read_up_to(0, kShownBytes);
    return !compression_of(beginning).empty() || reader_of(beginning, readers) != nullptr;
  } catch (const InputError&) {
    return true;
  }
}

}  // namespace shoal
