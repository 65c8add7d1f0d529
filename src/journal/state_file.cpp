// Magic, key, the state, and a CRC32C over all of it.
#include "shoal/journal/state_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "shoal/base/crc32c.hpp"
#include "shoal/base/error.hpp"
#include "shoal/base/file.hpp"

namespace shoal {
namespace fs = std::filesystem;
namespace {

constexpr std::string_view kMagic = "SHOALST1";

}  // namespace

std::optional<std::vector<std::byte>> StateFile::load(std::string& damage) const {
  if (!own_file_exists(path_)) return std::nullopt;
  try {
    const auto bytes = read_own_file(path_);
    const std::size_t head = kMagic.size() + key_.size();
    std::uint32_t crc = 0;
    if (bytes.size() >= head + sizeof crc) {
      std::memcpy(&crc, bytes.data() + bytes.size() - sizeof crc, sizeof crc);
      const bool fits = std::memcmp(bytes.data(), kMagic.data(), kMagic.size()) == 0 &&
                        std::memcmp(bytes.data() + kMagic.size(), key_.data(), key_.size()) == 0 &&
                        crc32c(std::span(bytes).first(bytes.size() - sizeof crc)) == crc;
      if (fits)
        return std::vector<std::byte>(bytes.begin() + static_cast<std::ptrdiff_t>(head),
                                      bytes.end() - sizeof crc);
    }
    damage = fmt::format("'{}' is damaged: it does not fit its checksum", path_.string());
  } catch (const InputError& error) {
    damage = error.what();
  }
  return std::nullopt;
}

void StateFile::save(std::span<const std::byte> state, Fence* fence) const {
  make_folders(path_.parent_path());
  PartialFile file(path_, 0644, fence != nullptr ? fence->partial(path_) : partial_name(path_));
  std::uint32_t crc = 0;
  const auto put = [&](std::span<const std::byte> bytes) {
    crc = crc32c(bytes, crc);
    file.write(bytes);
  };
  put(std::as_bytes(std::span(kMagic)));
  put(std::as_bytes(std::span(key_)));
  put(state);
  file.write(std::as_bytes(std::span(&crc, 1)));
  if (fence != nullptr) fence->confirm();
  file.publish();
}

}  // namespace shoal
