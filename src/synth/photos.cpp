// A photo in a file of its own for each picture of the corpus.
#include "photos.hpp"

#include <mutex>
#include <vector>

#include "scenes.hpp"
#include "shoal/base/stop.hpp"
#include "shoal/base/threads.hpp"
#include "shoal/vision/encode.hpp"
#include "writing.hpp"

namespace shoal {
namespace {

constexpr int kJpegQuality = 88;

}  // namespace

PhotoMaker::PhotoMaker(const SynthOptions& options)
    : groups_(options.groups), side_(options.image_side), draws_(options.seed, "synth/photo") {}

std::string PhotoMaker::jpeg(std::int64_t picture) const {
  const RgbImage photo = draw_photo(group_of_picture(picture, groups_), side_, Dice(draws_, picture));
  const std::vector<std::byte> bytes = encode_jpeg(photo, kJpegQuality);
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

void write_photos(const SynthOptions& options, const PhotoPath& path, int threads, CorpusFiles& files) {
  const PostMaker posts(options);
  const PhotoMaker photos(options);
  std::mutex counting;
  parallel_for(static_cast<std::size_t>(options.images), threads, [&](std::size_t number) {
    leave_if_stop_requested();
    const auto picture = static_cast<std::int64_t>(number);
    const std::string jpeg = photos.jpeg(picture);
    const std::filesystem::path file =
        files.folder() / path(posts, post_of_picture(picture, options.posts, options.images));
    make_folders(file.parent_path());
    write_file_durably(file, jpeg);
    const std::lock_guard lock(counting);
    files.count_photo(jpeg.size());
  });
}

}  // namespace shoal
