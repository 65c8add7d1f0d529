// What a PNG says beside its pixels, as far as it tells which side is up.
#pragma once

#include <cstddef>
#include <span>
#include <string>

namespace shoal {

struct PngMetadata {
  std::string exif{};  ///< of the last eXIf chunk, else of ImageMagick's text "Raw profile type exif"
  std::string xmp{};   ///< of the last text "XML:com.adobe.xmp"
};

/// Never throws for what a file holds: what is damaged, or has more than a MiB when unpacked, is left out.
PngMetadata read_png_metadata(std::span<const std::byte> file);

}  // namespace shoal
