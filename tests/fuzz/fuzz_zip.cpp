// Indexes any bytes as a zip archive, and unpacks its members: no more bytes than were announced, and reading
// ends.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <span>

#include "corpus/zip_index.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr std::uint64_t kLargest = std::uint64_t{1} << 20;
  const auto archive = std::as_bytes(std::span(data, size));
  const shoal::TarSource source = [&](std::uint64_t offset, std::span<std::byte> bytes) {
    const std::size_t there = offset < size ? size - offset : 0;
    const std::size_t count = std::min(there, bytes.size());
    if (count > 0) std::copy_n(archive.data() + offset, count, bytes.data());
    return count;
  };
  for (const shoal::ZipEntry& member : shoal::index_zip(source, size).members) {
    if (!member.fault.empty()) continue;
    if (member.header > size || member.packed > size - member.header) std::abort();
    const shoal::ZipText begin = shoal::begin_zip_member(source, member, 32);
    if (begin.text.size() > member.bytes) std::abort();
    if (member.bytes > kLargest) continue;
    const shoal::ZipText text = shoal::read_zip_member(source, member.header, member.bytes);
    if (text.fault.empty() && text.text.size() != member.bytes) std::abort();
    const shoal::ZipText known = shoal::read_zip_member(source, member.header, member.bytes, member.packed);
    if (known.fault.empty() && known.text.size() != member.bytes) std::abort();
  }
  return 0;
}
