// safetensors: 8 bytes of little-endian header length, a JSON header, data. Nothing of it is believed
// unproved.
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <nlohmann/json.hpp>
#include <set>
#include <utility>

#include "shoal/base/error.hpp"
#include "shoal/base/file.hpp"
#include "shoal/vision/weights.hpp"

namespace shoal {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kPrefix = 8;
constexpr std::uint64_t kMaxHeader = std::uint64_t{16} << 20;
constexpr const char* kMetadata = "__metadata__";
/// Names, a tensor's fields, and the numbers in them: nothing lies deeper in such a header.
constexpr int kMaxDepth = 3;

/// A refusal; the path is put before it where it is known.
struct Refusal {
  std::string reason;
};

std::uint64_t little_endian(const std::byte* bytes) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < kPrefix; ++i) value |= std::to_integer<std::uint64_t>(bytes[i]) << (8 * i);
  return value;
}

/// Parses and refuses repeated names, which a JSON object of the library would quietly drop.
Json parse_header(std::string_view text) {
  std::vector<std::set<std::string>> seen;
  const auto callback = [&](int depth, Json::parse_event_t event, Json& parsed) {
    if (depth > kMaxDepth) throw Refusal{"its header nests deeper than a safetensors header does"};
    if (event == Json::parse_event_t::object_start) seen.emplace_back();
    if (event == Json::parse_event_t::object_end) seen.pop_back();
    if (event == Json::parse_event_t::key && !seen.back().insert(parsed.get<std::string>()).second) {
      throw Refusal{fmt::format("its header has '{}' twice", parsed.get<std::string>())};
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
    throw Refusal{fmt::format("'{}' of its tensor '{}' is not a list of whole numbers", field, name)};
  }
  return found->get<std::vector<std::int64_t>>();
}

/// Bytes of an fp32 tensor of that shape; a refusal where the product is beyond any file.
std::uint64_t bytes_of(const std::vector<std::int64_t>& shape, const std::string& name) {
  __extension__ using Wide = unsigned __int128;
  Wide bytes = sizeof(float);
  for (const std::int64_t n : shape) {
    bytes *= static_cast<std::uint64_t>(n);
    if (bytes >> 62 != 0) throw Refusal{fmt::format("its tensor '{}' claims an impossible size", name)};
  }
  return static_cast<std::uint64_t>(bytes);
}

void require_float32(const Json& entry, const std::string& name) {
  if (!entry.is_object())
    throw Refusal{fmt::format("its header describes '{}' by something else than an object", name)};
  const auto type = entry.find("dtype");
  if (type == entry.end() || !type->is_string())
    throw Refusal{fmt::format("its tensor '{}' has no dtype", name)};
  if (*type != "F32") {
    throw Refusal{fmt::format("its tensor '{}' is of type {}; only F32 is read, so convert the weights", name,
                              type->get<std::string>())};
  }
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

}  // namespace

void WeightFile::Unmap::operator()(const std::byte* mapping) const {
  ::munmap(const_cast<std::byte*>(mapping), size);
}

WeightFile::WeightFile(const std::filesystem::path& path) : path_(path) {
  map();
  try {
    read_layout();
  } catch (const Refusal& refusal) {
    throw InputError(fmt::format("'{}' cannot be used as weights: {}", path.string(), refusal.reason));
  }
}

void WeightFile::map() {
  const FileDescriptor file = open_regular_file(path_);
  struct stat status {};
  if (::fstat(file.get(), &status) != 0) throw_system_error("fstat", path_.string(), errno);
  size_ = static_cast<std::size_t>(status.st_size);
  if (size_ == 0) throw InputError(fmt::format("'{}' is empty; give a safetensors file", path_.string()));
  void* mapping = ::mmap(nullptr, size_, PROT_READ, MAP_PRIVATE, file.get(), 0);
  if (mapping == MAP_FAILED) throw_system_error("mmap", path_.string(), errno);
  mapping_ = {static_cast<const std::byte*>(mapping), Unmap{size_}};
}

void WeightFile::read_layout() {
  if (size_ < kPrefix) throw Refusal{"it is shorter than a safetensors header"};
  const std::uint64_t header = little_endian(mapping_.get());
  if (header > kMaxHeader) throw Refusal{"it does not begin with a header's length, or with one over 16 MB"};
  if (header > size_ - kPrefix) throw Refusal{"its header runs past its end: was it copied completely?"};
  const auto data_begin = kPrefix + static_cast<std::size_t>(header);
  read_header({reinterpret_cast<const char*>(mapping_.get()) + kPrefix, static_cast<std::size_t>(header)},
              size_ - data_begin);
  place_data(data_begin);
}

void WeightFile::read_header(std::string_view text, std::size_t data_bytes) {
  const Json header = parse_header(text);
  std::vector<std::pair<std::size_t, std::size_t>> extents;
  for (const auto& [name, entry] : header.items()) {
    if (name == kMetadata) {
      if (!entry.is_object()) throw Refusal{"its __metadata__ is not an object"};
      for (const auto& [key, value] : entry.items()) {
        if (!value.is_string()) throw Refusal{fmt::format("its __metadata__ '{}' is not a string", key)};
        metadata_[key] = value.get<std::string>();
      }
      continue;
    }
    require_float32(entry, name);
    const auto shape = whole_numbers(entry, "shape", name);
    const auto offsets = whole_numbers(entry, "data_offsets", name);
    if (offsets.size() != 2 || offsets[0] > offsets[1]) {
      throw Refusal{fmt::format("'data_offsets' of its tensor '{}' is not a begin and an end", name)};
    }
    const auto begin = static_cast<std::size_t>(offsets[0]);
    const auto end = static_cast<std::size_t>(offsets[1]);
    if (end - begin != bytes_of(shape, name)) {
      throw Refusal{
          fmt::format("its tensor '{}' has {} bytes, which is not what its shape needs", name, end - begin)};
    }
    extents.emplace_back(begin, end);
    tensors_[name] = {shape, begin, end};
  }
  require_complete_cover(std::move(extents), data_bytes);
}

void WeightFile::place_data(std::size_t data_begin) {
  const std::byte* data = mapping_.get() + data_begin;
  if (data_begin % alignof(float) == 0) {
    data_ = reinterpret_cast<const float*>(data);
    return;
  }
  aligned_copy_.resize((size_ - data_begin) / sizeof(float));
  std::memcpy(aligned_copy_.data(), data, aligned_copy_.size() * sizeof(float));
  data_ = aligned_copy_.data();
}

const WeightFile::Tensor& WeightFile::find(const std::string& name) const {
  const auto found = tensors_.find(name);
  if (found == tensors_.end()) {
    throw InputError(
        fmt::format("'{}' has no tensor '{}'; is it made for this model, with torchvision's names?",
                    path_.string(), name));
  }
  return found->second;
}

std::span<const float> WeightFile::tensor(const std::string& name, std::size_t elements) const {
  const Tensor& tensor = find(name);
  const std::size_t here = (tensor.end - tensor.begin) / sizeof(float);
  if (here != elements) {
    throw InputError(
        fmt::format("tensor '{}' of '{}' has {} numbers where the model needs {}; is it made for this "
                    "model?",
                    name, path_.string(), here, elements));
  }
  return {data_ + tensor.begin / sizeof(float), elements};
}

std::vector<std::string> WeightFile::names() const {
  std::vector<std::string> names;
  for (const auto& [name, tensor] : tensors_) names.push_back(name);
  std::stable_sort(names.begin(), names.end(),
                   [&](const auto& a, const auto& b) { return tensors_.at(a).begin < tensors_.at(b).begin; });
  return names;
}

const std::vector<std::int64_t>& WeightFile::shape(const std::string& name) const { return find(name).shape; }

bool WeightFile::untrained() const {
  const auto found = metadata_.find("shoal");
  return found != metadata_.end() && found->second == "untrained";
}

const Digest& WeightFile::digest() const {
  if (!digest_) digest_ = sha256(std::span(mapping_.get(), size_));
  return *digest_;
}

}  // namespace shoal
