// One stream of one block. The quickest level: small texts do not become smaller by others.
#include "xz.hpp"

#include <lzma.h>

#include <cstddef>
#include <cstdint>

#include "shoal/base/error.hpp"

namespace shoal {

std::string xz_compressed(std::string_view text) {
  std::string packed(lzma_stream_buffer_bound(text.size()), '\0');
  std::size_t size = 0;
  const lzma_ret told = lzma_easy_buffer_encode(
      0, LZMA_CHECK_NONE, nullptr, reinterpret_cast<const std::uint8_t*>(text.data()), text.size(),
      reinterpret_cast<std::uint8_t*>(packed.data()), &size, packed.size());
  if (told != LZMA_OK) throw ResourceError("a text could not be compressed: liblzma found too little memory");
  packed.resize(size);
  return packed;
}

}  // namespace shoal
