// Tensors one behind the other, each on a cache line's boundary.
#include "weight_layout.hpp"

#include <utility>

#include "shoal/base/aligned_buffer.hpp"

namespace shoal {
namespace {

class PrivateMemory final : public WeightMemory {
 public:
  std::span<const std::byte> filled(std::size_t bytes, const Fill& fill) override {
    buffer_ = AlignedBuffer(bytes);
    const std::span<std::byte> all(buffer_.data(), bytes);
    fill(all);
    return all;
  }

 private:
  AlignedBuffer buffer_;
};

}  // namespace

std::unique_ptr<WeightMemory> make_private_weight_memory() { return std::make_unique<PrivateMemory>(); }

std::size_t WeightLayout::add(std::size_t bytes, Write write) {
  constexpr std::size_t kLine = AlignedBuffer::kAlignment;
  const std::size_t offset = bytes_;
  tensors_.push_back({offset, std::move(write)});
  bytes_ += (bytes + kLine - 1) / kLine * kLine;
  return offset;
}

std::span<const std::byte> WeightLayout::place(WeightMemory& memory) const {
  return memory.filled(bytes_, [this](std::span<std::byte> all) {
    for (const Tensor& tensor : tensors_) tensor.write(all.data() + tensor.offset);
  });
}

}  // namespace shoal
