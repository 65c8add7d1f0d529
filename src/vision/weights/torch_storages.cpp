// Names of PyTorch's, and persistent ids that stand for storages.
#include "vision/weights/torch_storages.hpp"

#include <fmt/format.h>

#include <array>

#include "vision/weights/table.hpp"

namespace shoal {
namespace {

using Kind = PickleValue::Kind;

constexpr auto kFirstStorage = static_cast<std::size_t>(TorchGlobal::first_storage);
/// In the order of TorchGlobal.
constexpr std::array<std::string_view, 22> kGlobals{"collections.OrderedDict",
                                                    "torch._utils._rebuild_tensor",
                                                    "torch._utils._rebuild_tensor_v2",
                                                    "torch._utils._rebuild_parameter",
                                                    "torch._utils._rebuild_parameter_with_state",
                                                    "torch.FloatStorage",
                                                    "torch.HalfStorage",
                                                    "torch.BFloat16Storage",
                                                    "torch.DoubleStorage",
                                                    "torch.LongStorage",
                                                    "torch.IntStorage",
                                                    "torch.ShortStorage",
                                                    "torch.CharStorage",
                                                    "torch.ByteStorage",
                                                    "torch.BoolStorage",
                                                    "torch.ComplexFloatStorage",
                                                    "torch.ComplexDoubleStorage",
                                                    "torch.QInt8Storage",
                                                    "torch.QUInt8Storage",
                                                    "torch.QInt32Storage",
                                                    "torch.QUInt4x2Storage",
                                                    "torch.QUInt2x4Storage"};

struct StorageType {
  std::string_view name;  ///< safetensors' where it has one, else PyTorch's
  std::size_t bytes;      ///< of a number
};
/// In the order of kGlobals. In the legacy container storages that nobody needs have to be stepped over.
constexpr std::array<StorageType, kGlobals.size() - kFirstStorage> kStorageTypes{{{"F32", 4},
                                                                                  {"F16", 2},
                                                                                  {"BF16", 2},
                                                                                  {"F64", 8},
                                                                                  {"I64", 8},
                                                                                  {"I32", 4},
                                                                                  {"I16", 2},
                                                                                  {"I8", 1},
                                                                                  {"U8", 1},
                                                                                  {"BOOL", 1},
                                                                                  {"C64", 8},
                                                                                  {"C128", 16},
                                                                                  {"qint8", 1},
                                                                                  {"quint8", 1},
                                                                                  {"qint32", 4},
                                                                                  {"quint4x2", 1},
                                                                                  {"quint2x4", 1}}};

/// Small pickles can refer to one long key again and again.
constexpr std::size_t kMaxKey = 64;

std::optional<StorageType> type_of(const PickleValue& storage_class) {
  const auto global = static_cast<std::size_t>(storage_class.integer);
  if (storage_class.kind != Kind::global || global < kFirstStorage) return std::nullopt;
  return kStorageTypes[global - kFirstStorage];
}

}  // namespace

bool is_call_of(const Pickle& pickle, const PickleValue& value, TorchGlobal global) {
  return value.kind == Kind::call && pickle[value.callee].integer == static_cast<std::int64_t>(global);
}

/// ('storage', class, key, device, numbers), in the legacy container with a view after it, which nobody
/// writes now.
std::optional<StorageReference> storage_of(const Pickle& pickle, const PickleValue& persistent) {
  const PickleValue& id = pickle[persistent.arguments];
  const auto is = [&](std::size_t i, Kind kind) { return pickle[id.items[i]].kind == kind; };
  const bool sound = id.kind == Kind::sequence && (id.items.size() == 5 || id.items.size() == 6) &&
                     is(0, Kind::text) && pickle[id.items[0]].text == "storage" && is(2, Kind::text) &&
                     is(4, Kind::integer) && (id.items.size() == 5 || is(5, Kind::none));
  const auto type = sound ? type_of(pickle[id.items[1]]) : std::nullopt;
  if (!type) return std::nullopt;
  const std::int64_t elements = pickle[id.items[4]].integer;
  const std::string_view key = pickle[id.items[2]].text;
  static_cast<void>(elements_of({elements}, key));
  if (key.size() > kMaxKey) throw Refusal{"the name of one of its storages is too long"};
  return StorageReference{key, {type->name, type->bytes, elements}};
}

Pickle read_torch_pickle(std::span<const std::byte> bytes) { return read_pickle(bytes, kGlobals); }

std::map<std::string, TorchStorage, std::less<>> storages_of(const Pickle& pickle) {
  std::map<std::string, TorchStorage, std::less<>> storages;
  for (const PickleValue& value : pickle.values) {
    if (value.kind != Kind::persistent) continue;
    const auto reference = storage_of(pickle, value);
    if (!reference) continue;
    const auto& [key, storage] = *reference;
    const auto [known, first] = storages.emplace(key, storage);
    if (!first && (known->second.type != storage.type || known->second.elements != storage.elements)) {
      throw Refusal{fmt::format("its storage '{}' is said to be two different things", shown(key))};
    }
  }
  return storages;
}

}  // namespace shoal
