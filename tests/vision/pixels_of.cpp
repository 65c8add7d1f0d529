// SHA-256, width and height of the pixels of each named file, or why it is refused: what the judge compares
// with Pillow. With --upright first: turned as EXIF says.
#include <fmt/format.h>

#include <string_view>

#include "shoal/base/digest.hpp"
#include "shoal/base/file.hpp"
#include "shoal/vision/decode.hpp"
#include "shoal/vision/orientation.hpp"

namespace {

std::string line_of(const char* path, bool upright) {
  try {
    const auto file = shoal::read_file(path);
    shoal::RgbImage image = shoal::decode_image(file);
    if (upright) image = shoal::turn_upright(std::move(image), shoal::exif_orientation(file));
    return fmt::format("{} {} {}", shoal::to_hex(shoal::sha256(std::as_bytes(std::span(image.pixels)))),
                       image.width, image.height);
  } catch (const shoal::InputError& error) {
    return fmt::format("refused {}", error.what());
  }
}

}  // namespace

int main(int argc, char** argv) {
  const bool upright = argc > 1 && argv[1] == std::string_view("--upright");
  for (int i = upright ? 2 : 1; i < argc; ++i) fmt::print("{}\n", line_of(argv[i], upright));
}
