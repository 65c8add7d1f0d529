// Indexes any bytes as a tar archive: members lie inside it, and reading ends.
#include <algorithm>
#include <cstdint>
#include <cstdlib>

#include "shoal/base/tar.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto archive = std::as_bytes(std::span(data, size));
  const shoal::TarIndex index = shoal::index_tar(
      [&](std::uint64_t offset, std::span<std::byte> bytes) {
        const std::size_t there = offset < size ? size - offset : 0;
        const std::size_t count = std::min(there, bytes.size());
        if (count > 0) std::copy_n(archive.data() + offset, count, bytes.data());
        return count;
      },
      size);
  for (const shoal::TarMember& member : index.members) {
    const bool inside = member.offset <= size && member.bytes <= size - member.offset;
    if (member.fault.empty() && (!inside || member.beginning.size() > member.bytes)) std::abort();
  }
  return 0;
}
