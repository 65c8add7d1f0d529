// A pickled state_dict of PyTorch as tensors: what both containers of torch.save hold.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "vision/weights/pickle.hpp"
#include "vision/weights/table.hpp"

namespace shoal {

/// The pickle of a state_dict, and of what stands before it in the legacy container.
Pickle read_torch_pickle(std::span<const std::byte> bytes);

struct TorchStorage {
  NumberType type = NumberType::float32;
  std::int64_t elements = 0;
};

/// The storages that a state_dict refers to, by key. Throws Refusal where two references contradict each
/// other.
std::map<std::string, TorchStorage, std::less<>> storages_of(const Pickle& pickle);

/// The tensors by name. begins: the byte of the file where each storage begins. Throws Refusal where the
/// pickle is no dictionary of tensors, or a tensor reaches beyond its storage.
std::map<std::string, StoredTensor> tensors_of(const Pickle& pickle,
                                               const std::map<std::string, std::size_t, std::less<>>& begins);

}  // namespace shoal
