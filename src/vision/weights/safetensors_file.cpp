// safetensors: 8 bytes of little-endian header length, a JSON header, data.
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>
#include <utility>

#include "vision/weights/bytes_reader.hpp"
#include "vision/weights/table.hpp"

namespace shoal {
namespace {

using Json = nlohmann::json;

constexpr std::uint64_t kMaxHeader = std::uint64_t{16} << 20;
constexpr const char* kMetadata = "__metadata__";
/// Names, a tensor's fields, and the numbers in them: nothing lies deeper in such a header.
constexpr int kMaxDepth = 3;

/// Parses and refuses repeated names, which a JSON object of the library would quietly drop.
Json parse_header(std::string_view text) {
  std::vector<std::set<std::string>> seen;
  const auto callback = [&](int depth, Json::parse_event_t event, Json& parsed) {
    if (depth > kMaxDepth) throw Refusal{"its header nests deeper than a safetensors header does"};
    if (event == Json::parse_event_t::object_start) seen.emplace_back();
    if (event == Json::parse_event_t::object_end) seen.pop_back();
    if (event == Json::parse_event_t::key && !seen.back().insert(parsed.get<std::string>()).second) {
      throw Refusal{fmt::format("its header has '{}' twice", shown(parsed.get<std::string>()))};
    }
    return true;
  };
  try {
    Json header = Json::parse(text, callback);
    if (!header.is_object()) throw Refusal{"its header is not a JSON object"};
    return header;
  } catch (const Json::exception& error) {
    throw Refusal{fmt::format("its header is not valid JSON ({})", error.what())};
  }
}

/// An array of whole numbers >= 0, or a refusal.
std::vector<std::int64_t> whole_numbers(const Json& entry, const char* field, const std::string& name) {
  const auto found = entry.find(field);
  const auto fits = [](const Json& number) {
    return number.is_number_unsigned() && number.get<std::uint64_t>() >> 62 == 0;
  };
  if (found == entry.end() || !found->is_array() || !std::all_of(found->begin(), found->end(), fits)) {
    throw Refusal{fmt::format("'{}' of its tensor '{}' is not a list of whole numbers", field, shown(name))};
  }
  return found->get<std::vector<std::int64_t>>();
}

std::string type_of(const Json& entry, const std::string& name) {
  const auto type = entry.find("dtype");
  if (type == entry.end() || !type->is_string()) {
    throw Refusal{fmt::format("its tensor '{}' has no dtype", shown(name))};
  }
  return shown(type->get<std::string>());
}

/// Sorted by their begin, tensors must follow each other from 0 to the end of the data.
void require_complete_cover(std::vector<std::pair<std::size_t, std::size_t>> extents,
                            std::size_t data_bytes) {
  std::sort(extents.begin(), extents.end());
  std::size_t at = 0;
  for (const auto& [begin, end] : extents) {
    if (begin < at) throw Refusal{"two of its tensors overlap"};
    if (begin > at) throw Refusal{"there is a gap between two of its tensors"};
    at = end;
  }
  if (at > data_bytes) throw Refusal{"its data ends before its last tensor does: was it copied completely?"};
  if (at < data_bytes) throw Refusal{"there are bytes after its last tensor"};
}

/// Begin and end of a tensor's bytes, from the start of the data.
using Extent = std::pair<std::size_t, std::size_t>;

Extent extent_of(const Json& entry, const std::string& name) {
  const auto offsets = whole_numbers(entry, "data_offsets", name);
  if (offsets.size() != 2 || offsets[0] > offsets[1]) {
    throw Refusal{fmt::format("'data_offsets' of its tensor '{}' is not a begin and an end", shown(name))};
  }
  return {static_cast<std::size_t>(offsets[0]), static_cast<std::size_t>(offsets[1])};
}

/// Why the bytes of an extent cannot be a tensor's numbers; empty if they can.
std::string fault_of(const StoredTensor& tensor, const Extent& extent, const std::string& name) {
  const NumberType type = type_named(tensor.type);
  if (type == NumberType::other) return fault_of_type(tensor.type);
  const std::size_t bytes = extent.second - extent.first;
  if (bytes == static_cast<std::size_t>(elements_of(tensor.shape, name)) * bytes_of(type)) return {};
  return fmt::format("has {} bytes, which is not what its shape needs", bytes);
}

StoredTensor read_tensor(const Json& entry, const Extent& extent, const std::string& name) {
  StoredTensor tensor{"?"};
  try {
    tensor.type = type_of(entry, name);
    tensor.shape = whole_numbers(entry, "shape", name);
    tensor.fault = fault_of(tensor, extent, name);
  } catch (const Refusal& refusal) {
    tensor.fault = "is not described as safetensors does: " + refusal.reason;
  }
  return tensor;
}

/// Notes end up on screens and in results: control characters become spaces.
std::string plain(std::string text) {
  const auto control = [](char c) { return (c >= '\0' && c < ' ') || c == '\x7F'; };
  std::replace_if(text.begin(), text.end(), control, ' ');
  return text;
}

std::map<std::string, std::string> read_metadata(const Json& entry) {
  std::map<std::string, std::string> metadata;
  if (!entry.is_object()) throw Refusal{"its __metadata__ is not an object"};
  for (const auto& [key, value] : entry.items()) {
    if (!value.is_string()) throw Refusal{fmt::format("its __metadata__ '{}' is not a string", shown(key))};
    metadata[plain(key)] = plain(value.get<std::string>());
  }
  return metadata;
}

}  // namespace

WeightTable read_safetensors(std::span<const std::byte> file) {
  BytesReader reader(file, "it is shorter than a safetensors header");
  const auto size = reader.number<std::uint64_t>();
  if (size > kMaxHeader) throw Refusal{"it does not begin with a header's length, or with one over 16 MB"};
  if (size > reader.left()) throw Refusal{"its header runs past its end: was it copied completely?"};
  const Json header = parse_header(reader.text(size));
  WeightTable table{"safetensors", {}};
  std::vector<Extent> extents;
  for (const auto& [name, entry] : header.items()) {
    if (name == kMetadata) {
      table.metadata = read_metadata(entry);
      continue;
    }
    if (!entry.is_object()) {
      throw Refusal{fmt::format("its header describes '{}' by something else than an object", shown(name))};
    }
    extents.push_back(extent_of(entry, name));
    if (!is_plain(name)) continue;
    StoredTensor& tensor = table.tensors[name] = read_tensor(entry, extents.back(), name);
    tensor.begin = reader.at() + extents.back().first;
  }
  require_complete_cover(std::move(extents), reader.left());
  return table;
}

}  // namespace shoal
