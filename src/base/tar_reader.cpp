// An archive of ours is whole, or it is refused.
#include <fmt/format.h>

#include "shoal/base/error.hpp"
#include "shoal/base/tar.hpp"

namespace shoal {
namespace fs = std::filesystem;
namespace {

[[noreturn]] void refuse(const fs::path& path, const std::string& reason) {
  throw InputError(
      fmt::format("'{}' is not an archive that Shoal wrote, or it is damaged: {}. Run the job again to "
                  "make a new one",
                  path.string(), reason));
}

}  // namespace

TarReader::TarReader(fs::path path)
    : path_(std::move(path)), file_(std::make_unique<const RandomFile>(path_)) {
  TarIndex index = index_tar(
      [this](std::uint64_t offset, std::span<std::byte> bytes) { return file_->read_at(offset, bytes); },
      file_->version().bytes);
  if (!index.damage.empty()) refuse(path_, index.damage);
  for (TarMember& member : index.members) {
    if (!member.fault.empty()) refuse(path_, fmt::format("'{}' {}", member.name, member.fault));
    std::string name = member.name;
    if (!members_.emplace(name, std::move(member)).second)
      refuse(path_, fmt::format("it holds '{}' twice", name));
  }
}

std::vector<std::byte> TarReader::read(const std::string& name) const {
  const auto member = members_.find(name);
  if (member == members_.end())
    throw InputError(fmt::format("'{}' has no member '{}'", path_.string(), name));
  std::vector<std::byte> bytes(member->second.bytes);
  if (file_->read_at(member->second.offset, bytes) != bytes.size()) {
    refuse(path_, fmt::format("'{}' is cut short", name));
  }
  return bytes;
}

}  // namespace shoal
