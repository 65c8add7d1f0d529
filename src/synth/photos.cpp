// Drawn photos. Each is drawn from its own number, in any order.
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

void write_photos(const SynthOptions& options, int threads, CorpusFiles& files) {
  const PostMaker posts(options);
  const RandomStream draws(options.seed, "synth/photo");
  std::mutex counting;
  parallel_for(static_cast<std::size_t>(options.images), threads, [&](std::size_t number) {
    leave_if_stop_requested();
    const auto picture = static_cast<std::int64_t>(number);
    const RgbImage photo =
        draw_photo(group_of_picture(picture, options.groups), options.image_side, Dice(draws, picture));
    const std::vector<std::byte> jpeg = encode_jpeg(photo, kJpegQuality);
    const std::string name =
        posts.shortcode(post_of_picture(picture, options.posts, options.images)) + ".jpg";
    write_file_durably(files.folder() / "photos" / name,
                       std::string_view(reinterpret_cast<const char*>(jpeg.data()), jpeg.size()));
    const std::lock_guard lock(counting);
    files.count_photo(jpeg.size());
  });
}

}  // namespace shoal
