// The header of a safetensors file of float32 tensors without gaps.
#include "vision/weights/safetensors_writer.hpp"

#include <nlohmann/json.hpp>

namespace shoal {
namespace {

constexpr std::size_t kHeaderAlignment = 8;

}  // namespace

std::string safetensors_header(const std::vector<std::pair<std::string, std::string>>& metadata,
                               const std::vector<TensorShape>& tensors) {
  nlohmann::ordered_json header;
  for (const auto& [key, value] : metadata) header["__metadata__"][key] = value;
  std::int64_t at = 0;
  for (const TensorShape& tensor : tensors) {
    const std::int64_t end = at + tensor.elements() * static_cast<std::int64_t>(sizeof(float));
    header[tensor.name] = {{"dtype", "F32"}, {"shape", tensor.shape}, {"data_offsets", {at, end}}};
    at = end;
  }
  // Notes of another program's file need not be UTF-8.
  std::string text = header.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
  text.resize((text.size() + kHeaderAlignment - 1) / kHeaderAlignment * kHeaderAlignment, ' ');
  std::string length(8, '\0');
  for (std::size_t i = 0; i < length.size(); ++i)
    length[i] = static_cast<char>((text.size() >> (8 * i)) & 0xFF);
  return length + text;
}

}  // namespace shoal
