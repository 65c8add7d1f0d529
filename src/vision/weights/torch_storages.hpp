// What torch.save's pickles ask for: functions that rebuild tensors, and storages of numbers.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "vision/weights/pickle.hpp"

namespace shoal {

/// What a pickle of tensors asks for. From first_storage on they are classes of storages.
enum class TorchGlobal : std::int64_t {
  ordered_dict,
  rebuild_tensor,
  rebuild_tensor_v2,
  rebuild_parameter,
  rebuild_parameter_with_state,
  first_storage,
};

/// The pickle of a state_dict or a checkpoint, and of what stands before it in the legacy container.
Pickle read_torch_pickle(std::span<const std::byte> bytes);

/// Whether a value is what a function gives.
bool is_call_of(const Pickle& pickle, const PickleValue& value, TorchGlobal global);

struct TorchStorage {
  std::string_view type;         ///< as safetensors spells it: "F32"
  std::size_t number_bytes = 0;  ///< of one number
  std::int64_t elements = 0;
};

struct StorageReference {
  std::string_view key;
  TorchStorage storage;
};

/// What a persistent id refers to; nothing where it is told in another way than torch.save's. Throws Refusal
/// for an impossible size.
std::optional<StorageReference> storage_of(const Pickle& pickle, const PickleValue& persistent);

/// The storages that a pickle refers to, by key. Throws Refusal where two references contradict each other.
std::map<std::string, TorchStorage, std::less<>> storages_of(const Pickle& pickle);

}  // namespace shoal
