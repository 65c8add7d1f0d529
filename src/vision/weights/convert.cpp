// From any format that we read to safetensors with torchvision's names.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "shoal/base/error.hpp"
#include "shoal/base/file.hpp"
#include "shoal/vision/vgg_weights.hpp"
#include "vision/weights/safetensors_writer.hpp"

namespace shoal {
namespace {

using Notes = std::vector<std::pair<std::string, std::string>>;

/// The source's own notes, but for those that tell of the conversion: a file converted twice names its last
/// source.
Notes notes_for(const WeightFile& from, std::string_view model) {
  const std::string digest = to_hex(from.digest());
  std::map<std::string, std::string> notes = from.metadata();
  notes["model"] = model;
  notes["converted_from"] = from.format();
  notes["source_sha256"] = digest;
  if (!from.untrained()) {
    notes.try_emplace("origin", fmt::format("converted from {} with SHA-256 {}", from.format(), digest));
  }
  return {notes.begin(), notes.end()};
}

}  // namespace

void convert_weights(const WeightFile& from, const std::filesystem::path& to) {
  const auto model = recognise_model(from);
  if (!model) {
    throw InputError(
        fmt::format("'{}' holds weights of none of our networks, which are {}; see which tensors it has: "
                    "shoal weights inspect FILE",
                    from.path().string(), fmt::join(vgg_models(), ", ")));
  }
  const auto [needed, names] = find_vgg_tensors(from, model->model, model->layer);
  for (const TensorShape& tensor : needed) require_finite_tensor(from, names.at(tensor.name));
  PartialFile file(to);
  file.write(safetensors_header(notes_for(from, model->model), needed));
  for (const TensorShape& tensor : needed) {
    file.write(
        std::as_bytes(from.tensor(names.at(tensor.name), static_cast<std::size_t>(tensor.elements()))));
  }
  file.publish();
}

}  // namespace shoal
