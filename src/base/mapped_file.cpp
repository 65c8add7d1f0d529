// mmap with errors as sentences.
#include "shoal/base/mapped_file.hpp"

#include <fmt/format.h>
#include <sys/mman.h>

#include <algorithm>
#include <cerrno>
#include <vector>

#include "shoal/base/error.hpp"
#include "shoal/base/patience.hpp"

namespace shoal {
namespace {

constexpr std::uint64_t kFetched = std::uint64_t{1} << 20;

}  // namespace

MappedFile::MappedFile(const std::filesystem::path& path) : file_(std::make_unique<const RandomFile>(path)) {
  const std::size_t size = file_->version().bytes;
  if (size == 0) throw InputError(fmt::format("'{}' is empty; was it copied completely?", path.string()));
  mapping_ = patiently([&] {
    const FileDescriptor file = open_regular_file(path);
    void* mapping = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, file.get(), 0);
    if (mapping == MAP_FAILED) throw_read_error(ReadCall::reading, path, errno);
    return decltype(mapping_){static_cast<const std::byte*>(mapping), Unmap{size}};
  });
}

void MappedFile::fetch(std::uint64_t offset, std::uint64_t count) const {
  std::vector<std::byte> piece(std::min(count, kFetched));
  for (std::uint64_t done = 0; done < count; done += piece.size()) {
    file_->read_at(offset + done,
                   std::span(piece).first(std::min<std::uint64_t>(piece.size(), count - done)));
  }
}

Digest MappedFile::digest() const {
  Sha256 digest;
  std::vector<std::byte> piece(kFetched);
  std::uint64_t done = 0;
  while (const std::size_t got = file_->read_at(done, piece)) {
    digest.update(std::span(piece).first(got));
    done += got;
  }
  return digest.finish();
}

void MappedFile::Unmap::operator()(const std::byte* mapping) const {
  ::munmap(const_cast<std::byte*>(mapping), size);
}

}  // namespace shoal
