// Tar archives made header by header, and what the index says of one.
#pragma once

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <string>

#include "shoal/base/tar.hpp"

namespace shoal::testing {

using namespace std::string_literals;

inline TarIndex index_of(const std::string& archive) {
  const auto bytes = std::as_bytes(std::span(archive));
  return index_tar(
      [&](std::uint64_t offset, std::span<std::byte> to) {
        const std::size_t there = offset < bytes.size() ? bytes.size() - offset : 0;
        const std::size_t count = std::min(there, to.size());
        std::copy_n(bytes.begin() + static_cast<std::ptrdiff_t>(bytes.size() - there), count, to.begin());
        return count;
      },
      bytes.size());
}

/// What differs from a plain header.
struct HeaderFields {
  char type = '0';
  std::string size{};  ///< as it stands in the field; empty: in octal
  std::string prefix{};
  std::string magic = "ustar\00000"s;
};

inline std::string padded(std::string text) {
  text.resize((text.size() + 511) / 512 * 512);
  return text;
}

inline void put_sum(std::string& header) {
  std::memset(header.data() + 148, ' ', 8);
  unsigned sum = 0;
  for (const char c : header) sum += static_cast<unsigned char>(c);
  std::snprintf(header.data() + 148, 8, "%06o", sum);
}

inline std::string header_of(const std::string& name, std::size_t bytes, const HeaderFields& fields = {}) {
  std::string header(512, '\0');
  header.replace(0, name.size(), name);
  char octal[16];
  std::snprintf(octal, sizeof octal, "%011zo", bytes);
  const std::string size = fields.size.empty() ? octal : fields.size;
  header.replace(124, size.size(), size);
  header[156] = fields.type;
  header.replace(257, fields.magic.size(), fields.magic);
  header.replace(345, fields.prefix.size(), fields.prefix);
  put_sum(header);
  return header;
}

inline std::string member(const std::string& name, const std::string& bytes,
                          const HeaderFields& fields = {}) {
  return header_of(name, bytes.size(), fields) + padded(bytes);
}

inline const std::string kEnd(1024, '\0');

/// "name=bytes" of each member, where it has bytes, "name!" where it has a fault.
inline std::string text_of(const TarIndex& index, const std::string& archive) {
  std::string text;
  for (const TarMember& m : index.members) {
    text += m.name + (m.fault.empty() ? "=" + archive.substr(m.offset, m.bytes) : "!") + " ";
  }
  return text;
}

inline std::string text_of(const std::string& archive) { return text_of(index_of(archive), archive); }

}  // namespace shoal::testing
