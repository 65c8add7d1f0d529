// A pickled state_dict of PyTorch, or a checkpoint around one, as tensors: what both containers of torch.save
// hold.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "vision/weights/pickle.hpp"
#include "vision/weights/table.hpp"

namespace shoal {

/// Where a storage lies.
struct StoragePlace {
  std::size_t begin = 0;  ///< byte of the file
  std::string fault{};    ///< why it is not there; empty if it is
};
using StoragePlaces = std::map<std::string, StoragePlace, std::less<>>;

/// The tensors by name, of the dictionary that the pickle holds and of those within it. Throws Refusal where
/// it holds no dictionary, or none with tensors.
std::map<std::string, StoredTensor> tensors_of(const Pickle& pickle, const StoragePlaces& places);

}  // namespace shoal
