// The ustar format (POSIX.1-2017, pax: "ustar Interchange Format"): blocks of 512 bytes, numbers in octal.
#include "shoal/store/tar.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <numeric>
#include <optional>
#include <string_view>

#include "shoal/base/error.hpp"

namespace shoal {
namespace fs = std::filesystem;
namespace {

constexpr std::size_t kBlock = 512;
using Header = std::array<char, kBlock>;

/// A field of the header.
struct Field {
  std::size_t offset;
  std::size_t bytes;
};
constexpr Field kName{0, 100};
constexpr Field kMode{100, 8};
constexpr Field kUser{108, 8};
constexpr Field kGroup{116, 8};
constexpr Field kSize{124, 12};
constexpr Field kTime{136, 12};
constexpr Field kChecksum{148, 8};
constexpr Field kType{156, 1};
constexpr Field kMagic{257, 8};
constexpr std::uint64_t kLargestMember = (std::uint64_t{1} << 33) - 1;  // 11 octal digits

void put_octal(Header& header, Field field, std::uint64_t number) {
  const std::string digits = fmt::format("{:0{}o}", number, field.bytes - 1);
  std::memcpy(header.data() + field.offset, digits.data(), digits.size());
}

/// The number of a field: octal digits, ended by a space, a zero byte or the field's end.
std::optional<std::uint64_t> octal(const Header& header, Field field) {
  std::uint64_t number = 0;
  std::size_t digits = 0;
  for (std::size_t i = 0; i < field.bytes; ++i) {
    const char c = header[field.offset + i];
    if (c == ' ' || c == '\0') break;
    if (c < '0' || c > '7') return std::nullopt;
    number = number * 8 + static_cast<std::uint64_t>(c - '0');
    ++digits;
  }
  return digits == 0 ? std::nullopt : std::optional(number);
}

/// The sum of the header's bytes, with the checksum itself as spaces.
std::uint64_t checksum(Header header) {
  std::fill_n(header.begin() + kChecksum.offset, kChecksum.bytes, ' ');
  return std::accumulate(header.begin(), header.end(), std::uint64_t{0},
                         [](std::uint64_t sum, char c) { return sum + static_cast<unsigned char>(c); });
}

Header make_header(const std::string& name, std::uint64_t bytes) {
  Header header{};
  std::memcpy(header.data() + kName.offset, name.data(), name.size());
  put_octal(header, kMode, 0644);
  put_octal(header, kUser, 0);
  put_octal(header, kGroup, 0);
  put_octal(header, kSize, bytes);
  put_octal(header, kTime, 0);
  header[kType.offset] = '0';
  std::memcpy(header.data() + kMagic.offset, "ustar\00000", kMagic.bytes);
  // Six digits, a zero byte and a space, by custom.
  put_octal(header, {kChecksum.offset, 7}, checksum(header));
  header[kChecksum.offset + 7] = ' ';
  return header;
}

std::uint64_t padded(std::uint64_t bytes) { return (bytes + kBlock - 1) / kBlock * kBlock; }

std::string name_of(const Header& header) {
  const std::string_view field(header.data() + kName.offset, kName.bytes);
  return std::string(field.substr(0, std::min(field.find('\0'), field.size())));
}

/// Reads exactly `bytes`; false at a premature end.
bool read_at(const FileDescriptor& file, std::uint64_t offset, char* to, std::size_t bytes) {
  while (bytes > 0) {
    const ssize_t n = ::pread(file.get(), to, bytes, static_cast<off_t>(offset));
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return false;
    to += n;
    offset += static_cast<std::uint64_t>(n);
    bytes -= static_cast<std::size_t>(n);
  }
  return true;
}

std::uint64_t size_of(const FileDescriptor& file) {
  struct stat status {};
  return ::fstat(file.get(), &status) == 0 ? static_cast<std::uint64_t>(status.st_size) : 0;
}

[[noreturn]] void refuse(const fs::path& path, const std::string& reason) {
  throw InputError(
      fmt::format("'{}' is not an archive that Shoal wrote, or it is damaged: {}. Run the job again to "
                  "make a new one",
                  path.string(), reason));
}

/// Size of the member that a header announces.
std::uint64_t checked_size(const Header& header, std::uint64_t offset, const fs::path& path) {
  const auto sum = octal(header, kChecksum);
  const auto bytes = octal(header, kSize);
  if (!sum || *sum != checksum(header))
    refuse(path, fmt::format("the header at byte {} has a wrong sum", offset));
  if (!bytes) refuse(path, fmt::format("the header at byte {} has no size", offset));
  if (header[kType.offset] != '0' && header[kType.offset] != '\0') {
    refuse(path, fmt::format("the member at byte {} is no regular file", offset));
  }
  return *bytes;
}

}  // namespace

void TarWriter::add(const std::string& name, std::span<const std::byte> bytes) {
  const bool fits = !name.empty() && name.size() <= kName.bytes && name.find('\0') == std::string::npos;
  if (!fits || bytes.size() > kLargestMember) {
    throw FailureError(
        fmt::format("'{}' ({} bytes) does not fit an archive: names have 1 to {} bytes, members up to "
                    "8 GiB. This is a defect of Shoal; please report it",
                    name, bytes.size(), kName.bytes));
  }
  const Header header = make_header(name, bytes.size());
  file_.write(std::as_bytes(std::span(header)));
  file_.write(bytes);
  const std::vector<std::byte> padding(padded(bytes.size()) - bytes.size());
  file_.write(padding);
}

void TarWriter::publish() {
  const std::vector<std::byte> end(2 * kBlock);
  file_.write(end);
  file_.publish();
}

TarReader::TarReader(fs::path path) : path_(std::move(path)), file_(open_regular_file(path_)) {
  const std::uint64_t size = size_of(file_);
  for (std::uint64_t offset = 0;;) {
    Header header;
    if (!read_at(file_, offset, header.data(), kBlock)) refuse(path_, "it has no end");
    if (std::all_of(header.begin(), header.end(), [](char c) { return c == '\0'; })) return;
    const std::uint64_t bytes = checked_size(header, offset, path_);
    const std::uint64_t begin = offset + kBlock;
    if (bytes > size || padded(bytes) > size - begin) refuse(path_, "a member runs past its end");
    if (!members_.emplace(name_of(header), Member{begin, bytes}).second) {
      refuse(path_, fmt::format("it holds '{}' twice", name_of(header)));
    }
    offset = begin + padded(bytes);
  }
}

std::vector<std::byte> TarReader::read(const std::string& name) const {
  const auto member = members_.find(name);
  if (member == members_.end())
    throw InputError(fmt::format("'{}' has no member '{}'", path_.string(), name));
  std::vector<std::byte> bytes(member->second.bytes);
  if (!read_at(file_, member->second.offset, reinterpret_cast<char*>(bytes.data()), bytes.size())) {
    refuse(path_, fmt::format("'{}' is cut short", name));
  }
  return bytes;
}

}  // namespace shoal
