// Files of weights as an attacker would write them, made byte by byte.
#pragma once

#include <zlib.h>

#include <algorithm>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "vision/weights/table.hpp"

namespace shoal::testing {

inline std::span<const std::byte> bytes_of(std::string_view text) { return std::as_bytes(std::span(text)); }

/// The reason why bytes are refused as weights, or the first of their tensors that is of a type that is read
/// and cannot be.
inline std::string refusal_of(std::string_view file) {
  try {
    for (const auto& [name, tensor] : read_weights(bytes_of(file)).tensors) {
      if (!tensor.fault.empty() && tensor.fault != fault_of_type(tensor.type))
        return "its tensor '" + name + "' " + tensor.fault;
    }
  } catch (const Refusal& refusal) {
    return refusal.reason;
  }
  return "nothing was thrown";
}

/// A number's bytes, little endian.
inline std::string little(std::uint64_t value, std::size_t bytes) {
  std::string text(bytes, '\0');
  for (std::size_t i = 0; i < std::min(bytes, sizeof value); ++i)
    text[i] = static_cast<char>((value >> (8 * i)) & 0xFF);
  return text;
}

/// A member, and what may be a lie about it.
struct MadeMember {
  std::string name{};
  std::string data{};
  std::uint16_t flags = 0;
  std::uint16_t method = 0;
  std::int64_t size_lie = 0;     ///< added to the size in the directory
  std::int64_t offset_lie = 0;   ///< added to the offset in the directory
  std::uint32_t crc_lie = 0;     ///< xor
  std::string name_in_header{};  ///< empty: the name
};

inline std::string zip_of(const std::vector<MadeMember>& members, std::uint16_t more_entries = 0) {
  std::string file;
  std::string directory;
  for (const MadeMember& member : members) {
    const auto crc = static_cast<std::uint32_t>(::crc32_z(
                         0, reinterpret_cast<const Bytef*>(member.data.data()), member.data.size())) ^
                     member.crc_lie;
    const auto size =
        static_cast<std::uint64_t>(static_cast<std::int64_t>(member.data.size()) + member.size_lie);
    const auto offset =
        static_cast<std::uint64_t>(static_cast<std::int64_t>(file.size()) + member.offset_lie);
    const std::string facts = little(member.flags, 2) + little(member.method, 2) + little(0, 4) +
                              little(crc, 4) + little(size, 4) + little(size, 4);
    const std::string& name = member.name_in_header.empty() ? member.name : member.name_in_header;
    file += "PK\x03\x04" + little(0, 2) + facts + little(name.size(), 2) + little(0, 2) + name + member.data;
    directory += "PK\x01\x02" + little(0, 4) + facts + little(member.name.size(), 2) + little(0, 12) +
                 little(offset, 4) + member.name;
  }
  const std::size_t entries = members.size() + more_entries;
  return file + directory + "PK\x05\x06" + little(0, 4) + little(entries, 2) + little(entries, 2) +
         little(directory.size(), 4) + little(file.size(), 4) + little(0, 2);
}

/// A PyTorch file of this pickle and a storage "0" of these bytes.
inline std::string torch_zip(const std::string& pickle, const std::string& storage = {}) {
  return zip_of({{"x/data.pkl", pickle}, {"x/data/0", storage}});
}

// Pieces of pickles.
inline const std::string kProtocol("\x80\x02", 2);
inline std::string text(std::string_view value) { return "X" + little(value.size(), 4) + std::string(value); }
inline std::string integer(std::int64_t value) {
  return "\x8a\x08" + little(static_cast<std::uint64_t>(value), 8);
}
inline std::string tuple(const std::vector<std::string>& items) {
  std::string all = "(";
  for (const std::string& item : items) all += item;
  return all + "t";
}
inline std::string numbers(const std::vector<std::int64_t>& values) {
  std::vector<std::string> items;
  for (const std::int64_t value : values) items.push_back(integer(value));
  return tuple(items);
}
inline std::string storage(std::int64_t elements, const std::string& key = "0",
                           const std::string& type = "FloatStorage") {
  return tuple({text("storage"), "ctorch\n" + type + "\n", text(key), text("cpu"), integer(elements)}) + "Q";
}
inline std::string tensor(std::int64_t elements, std::int64_t offset, const std::vector<std::int64_t>& shape,
                          const std::vector<std::int64_t>& strides) {
  return "ctorch._utils\n_rebuild_tensor_v2\n" +
         tuple({storage(elements), integer(offset), numbers(shape), numbers(strides), "\x89", "N"}) + "R";
}
/// A state_dict of one tensor "a".
inline std::string state_dict(const std::string& value) { return kProtocol + "}" + text("a") + value + "s."; }

}  // namespace shoal::testing
