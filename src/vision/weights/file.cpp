// Weights of any format, recognised by their first bytes, as tensors by name.
#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <utility>

#include "shoal/base/error.hpp"
#include "shoal/vision/weights.hpp"
#include "vision/weights/bytes_reader.hpp"
#include "vision/weights/table.hpp"

namespace shoal {
namespace {

bool begins_with(std::span<const std::byte> file, std::string_view beginning) {
  return file.size() >= beginning.size() &&
         std::equal(beginning.begin(), beginning.end(), file.begin(),
                    [](char a, std::byte b) { return static_cast<std::byte>(a) == b; });
}

/// Views may share a storage, and modules that stand under two names do so as a whole. But a small file that
/// claims many large tensors would take for ever.
void require_modest(const WeightTable& table, std::size_t file_bytes) {
  constexpr std::size_t kMostNames = 8;
  std::size_t bytes = 0;
  for (const auto& [name, tensor] : table.tensors) {
    if (!tensor.fault.empty()) continue;
    bytes += static_cast<std::size_t>(elements_of(tensor.shape, name)) * bytes_of(type_named(tensor.type));
    if (bytes / kMostNames > file_bytes) throw Refusal{"its tensors have more numbers than the file"};
  }
}

WeightTable read_table(std::span<const std::byte> file) {
  if (begins_with(file, "\x89HDF"))
    throw Refusal{"it is HDF5, which is not read as weights; save it as safetensors"};
  if (begins_with(file, "PK\x03\x04")) return read_torch_zip(file);
  if (is_torch_legacy(file)) return read_torch_legacy(file);
  // Some lengths of a safetensors header begin as pickles do; its JSON object tells them apart.
  constexpr std::size_t kHeader = 8;
  const bool pickle = !file.empty() && file[0] == std::byte{0x80};
  if (pickle && (file.size() <= kHeader || file[kHeader] != std::byte{'{'})) {
    throw Refusal{"it is a pickle, but not one that torch.save wrote, or it was not copied completely"};
  }
  return read_safetensors(file);
}

}  // namespace

WeightTable read_weights(std::span<const std::byte> file) {
  WeightTable table = read_table(file);
  require_modest(table, file.size());
  return table;
}

WeightFile::WeightFile(const std::filesystem::path& path) : path_(path), file_(path) {
  file_.fetch(0, file_.bytes().size());
  try {
    table_ = std::make_unique<WeightTable>(read_weights(file_.bytes()));
  } catch (const Refusal& refusal) {
    throw InputError(
        fmt::format("'{}' cannot be used as weights: {}; they are a safetensors file or PyTorch's .pth",
                    path.string(), refusal.reason));
  }
}

WeightFile::~WeightFile() = default;
WeightFile::WeightFile(WeightFile&&) noexcept = default;

const StoredTensor& WeightFile::find(const std::string& name) const {
  const auto found = table_->tensors.find(name);
  if (found == table_->tensors.end()) {
    throw InputError(
        fmt::format("'{}' has no tensor '{}'; is it made for this model?", path_.string(), name));
  }
  return found->second;
}

std::span<const float> WeightFile::tensor(const std::string& name, std::size_t elements) const {
  const StoredTensor& tensor = find(name);
  if (!tensor.fault.empty()) {
    throw InputError(fmt::format("tensor '{}' of '{}' {}", name, path_.string(), tensor.fault));
  }
  const auto here = static_cast<std::size_t>(elements_of(tensor.shape, name));
  if (here != elements) {
    throw InputError(
        fmt::format("tensor '{}' of '{}' has {} numbers where the model needs {}; is it made for this "
                    "model?",
                    name, path_.string(), here, elements));
  }
  file_.fetch(tensor.begin,
              std::min<std::uint64_t>(elements * sizeof(float), file_.bytes().size() - tensor.begin));
  const std::byte* first = file_.bytes().data() + tensor.begin;
  const bool aligned = std::bit_cast<std::uintptr_t>(first) % alignof(float) == 0;
  if (aligned && type_named(tensor.type) == NumberType::float32 && tensor.strides.empty()) {
    return {reinterpret_cast<const float*>(first), elements};
  }
  copy_.resize(elements);
  copy_numbers(file_.bytes(), tensor, copy_);
  return copy_;
}

bool WeightFile::has(const std::string& name) const { return table_->tensors.contains(name); }

std::vector<std::string> WeightFile::names() const {
  std::vector<std::string> names;
  for (const auto& [name, tensor] : table_->tensors) names.push_back(name);
  std::stable_sort(names.begin(), names.end(),
                   [&](const auto& a, const auto& b) { return find(a).begin < find(b).begin; });
  return names;
}

const std::vector<std::int64_t>& WeightFile::shape(const std::string& name) const { return find(name).shape; }
const std::string& WeightFile::type(const std::string& name) const { return find(name).type; }
const std::string& WeightFile::fault(const std::string& name) const { return find(name).fault; }
bool WeightFile::same_numbers(const std::string& a, const std::string& b) const {
  const StoredTensor& one = find(a);
  const StoredTensor& other = find(b);
  return one.begin == other.begin && one.type == other.type && one.shape == other.shape &&
         one.strides == other.strides;
}
const std::vector<std::string>& WeightFile::ignored() const { return table_->ignored; }
const std::string& WeightFile::format() const { return table_->format; }
const std::map<std::string, std::string>& WeightFile::metadata() const { return table_->metadata; }

bool WeightFile::untrained() const {
  const auto found = metadata().find("shoal");
  return found != metadata().end() && found->second == "untrained";
}

std::string WeightFile::origin() const {
  if (untrained()) return "made from a seed, never trained";
  const auto found = metadata().find("origin");
  return found != metadata().end() ? found->second : "a file of the user's";
}

const Digest& WeightFile::digest() const {
  if (!digest_) digest_ = file_.digest();
  return *digest_;
}

}  // namespace shoal
