// Reading at offsets; whether it is still the same file, its length and its time tell.
#include "shoal/base/random_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>

#include "shoal/base/folder.hpp"
#include "shoal/base/patience.hpp"

namespace shoal {

FileVersion version_of(const FileDescriptor& file, const std::filesystem::path& path) {
  struct stat status {};
  if (::fstat(file.get(), &status) != 0) throw_read_error(ReadCall::examining, path, errno);
  return {static_cast<std::uint64_t>(status.st_size), modified_of(status)};
}

void throw_changed_while_read(const std::filesystem::path& path) {
  throw UnavailableError(fmt::format(
      "'{}' changes while it is read; run again when nobody writes to it any more", path.string()));
}

RandomFile::RandomFile(std::filesystem::path path) : path_(std::move(path)) {
  patiently([&] {
    auto file = std::make_shared<const FileDescriptor>(open_regular_file(path_));
    version_ = version_of(*file, path_);
    handle_ = std::move(file);
  });
}

RandomFile::Handle RandomFile::open() const {
  try {
    auto file = std::make_shared<const FileDescriptor>(open_regular_file(path_));
    require_unchanged(*file);
    return file;
  } catch (const InputError&) {
    // It was there.
    throw_changed_while_read(path_);
  }
}

RandomFile::Handle RandomFile::handle() const {
  const std::lock_guard lock(mutex_);
  if (!handle_) handle_ = open();
  return handle_;
}

void RandomFile::replace(const Handle& failed) const {
  const std::lock_guard lock(mutex_);
  if (handle_ == failed) handle_ = nullptr;
}

void RandomFile::require_unchanged(const FileDescriptor& file) const {
  if (version_of(file, path_) != version_) throw_changed_while_read(path_);
}

std::size_t RandomFile::read_at(std::uint64_t offset, std::span<std::byte> bytes) const {
  return patiently([&] {
    const Handle file = handle();
    try {
      const std::size_t got = shoal::read_at(*file, path_, offset, bytes);
      require_unchanged(*file);
      return got;
    } catch (const UnavailableError&) {
      replace(file);
      throw;
    }
  });
}

std::string RandomFile::read_up_to(std::int64_t offset, std::int64_t count) const {
  std::string text(static_cast<std::size_t>(count), '\0');
  text.resize(read_at(static_cast<std::uint64_t>(offset),
                      std::as_writable_bytes(std::span(text.data(), text.size()))));
  return text;
}

std::string RandomFile::read(std::int64_t offset, std::int64_t count) const {
  std::string text = read_up_to(offset, count);
  // The length was right when the file was opened, and it has not changed.
  if (std::ssize(text) < count) throw_changed_while_read(path_);
  return text;
}

}  // namespace shoal
