// Members one behind the other, each with a header, ended by two blocks of zeros.
#include <fmt/format.h>

#include <array>

#include "shoal/base/error.hpp"
#include "shoal/base/tar.hpp"
#include "tar_format.hpp"

namespace shoal {
namespace {

constexpr std::uint64_t kLargestMember = (std::uint64_t{1} << 33) - 1;  // 11 octal digits

/// A pax record: its own length, key and value. The length counts its own digits.
std::string pax_record(std::string_view key, std::string_view value) {
  const std::size_t rest = key.size() + value.size() + 3;  // a space, '=' and the line's end
  std::size_t length = rest + 1;
  while (rest + std::to_string(length).size() != length) ++length;
  return fmt::format("{} {}={}\n", length, key, value);
}

bool fits_header(const std::string& name) { return name.size() <= kTarName.bytes; }

constexpr std::array<char, TarWriter::kBytesOfEnd> kEnd{};

template <class Put>
void put_block(std::string_view name, char type, std::span<const std::byte> bytes, const Put& put) {
  const TarHeader header = make_tar_header(name, bytes.size(), type);
  put(std::as_bytes(std::span(header)));
  put(bytes);
  const std::vector<std::byte> padding(padded_to_tar_block(bytes.size()) - bytes.size());
  put(std::span<const std::byte>(padding));
}

/// Calls put for each part of a member, one behind the other.
template <class Put>
void put_member(const std::string& name, std::span<const std::byte> bytes, const Put& put) {
  if (name.empty() || name.find('\0') != std::string::npos || bytes.size() > kLargestMember) {
    throw FailureError(
        fmt::format("'{}' ({} bytes) does not fit an archive: names have no zero bytes and are not empty, "
                    "members have up to 8 GiB. This is a defect of Shoal; please report it",
                    name, bytes.size()));
  }
  if (!fits_header(name)) {
    const std::string record = pax_record("path", name);
    put_block("././@PaxHeader", 'x', std::as_bytes(std::span(record)), put);
  }
  put_block(std::string_view(name).substr(0, kTarName.bytes), '0', bytes, put);
}

}  // namespace

std::uint64_t TarWriter::bytes_of_member(const std::string& name, std::uint64_t bytes) {
  const std::uint64_t member = kTarBlock + padded_to_tar_block(bytes);
  return fits_header(name) ? member
                           : member + kTarBlock + padded_to_tar_block(pax_record("path", name).size());
}

void TarWriter::add(const std::string& name, std::span<const std::byte> bytes) {
  put_member(name, bytes, [&](std::span<const std::byte> part) { file_.write(part); });
}

void TarWriter::publish() {
  file_.write(end_of_tar());
  file_.publish();
}

std::string tar_member(const std::string& name, std::span<const std::byte> bytes) {
  std::string member;
  member.reserve(TarWriter::bytes_of_member(name, bytes.size()));
  put_member(name, bytes, [&](std::span<const std::byte> part) {
    member.append(reinterpret_cast<const char*>(part.data()), part.size());
  });
  return member;
}

std::string_view end_of_tar() { return {kEnd.data(), kEnd.size()}; }

}  // namespace shoal
