// state_dicts are OrderedDicts of tensors; a tensor is a call that names a storage, an offset, a shape and
// strides.
#include "vision/weights/torch_state.hpp"

#include <fmt/format.h>

#include <array>
#include <optional>
#include <utility>

namespace shoal {
namespace {

using Kind = PickleValue::Kind;

/// In the order of kGlobals.
enum class Global : std::int64_t {
  ordered_dict,
  rebuild_tensor,
  rebuild_tensor_v2,
  rebuild_parameter,
  float_storage,
  half_storage,
  bfloat16_storage,
  long_storage,
};
constexpr std::array<std::string_view, 8> kGlobals{"collections.OrderedDict",
                                                   "torch._utils._rebuild_tensor",
                                                   "torch._utils._rebuild_tensor_v2",
                                                   "torch._utils._rebuild_parameter",
                                                   "torch.FloatStorage",
                                                   "torch.HalfStorage",
                                                   "torch.BFloat16Storage",
                                                   "torch.LongStorage"};

// Small pickles can refer to one long key, or one long shape, again and again.
constexpr std::size_t kMaxKey = 64;
constexpr std::size_t kMaxAxes = 8;

bool is_call_of(const Pickle& pickle, const PickleValue& value, Global global) {
  return value.kind == Kind::call && pickle[value.callee].integer == static_cast<std::int64_t>(global);
}

[[noreturn]] void refuse_tensor(std::string_view name, const char* fault) {
  throw Refusal{fmt::format("its entry '{}' {}; save the model's state_dict() alone", shown(name), fault)};
}

std::optional<NumberType> type_of(const PickleValue& storage_class) {
  if (storage_class.kind != Kind::global) return std::nullopt;
  switch (static_cast<Global>(storage_class.integer)) {
    case Global::float_storage:
      return NumberType::float32;
    case Global::half_storage:
      return NumberType::float16;
    case Global::bfloat16_storage:
      return NumberType::bfloat16;
    case Global::long_storage:
      return NumberType::int64;
    default:
      return std::nullopt;
  }
}

struct StorageReference {
  std::string_view key;
  TorchStorage storage;
};

/// ('storage', class, key, device, numbers), in the legacy container with a view after it, which nobody
/// writes now.
StorageReference storage_of(const Pickle& pickle, const PickleValue& persistent) {
  const PickleValue& id = pickle[persistent.arguments];
  const auto is = [&](std::size_t i, Kind kind) { return pickle[id.items[i]].kind == kind; };
  const bool sound = id.kind == Kind::sequence && (id.items.size() == 5 || id.items.size() == 6) &&
                     is(0, Kind::text) && pickle[id.items[0]].text == "storage" && is(2, Kind::text) &&
                     is(4, Kind::integer) && (id.items.size() == 5 || is(5, Kind::none));
  const auto type = sound ? type_of(pickle[id.items[1]]) : std::nullopt;
  if (!type) throw Refusal{"its pickle refers to a storage in a way that torch.save does not"};
  const std::int64_t elements = pickle[id.items[4]].integer;
  const std::string_view key = pickle[id.items[2]].text;
  static_cast<void>(elements_of({elements}, key));
  if (key.size() > kMaxKey) throw Refusal{"the name of one of its storages is too long"};
  return {key, {*type, elements}};
}

std::vector<std::int64_t> whole_numbers(const Pickle& pickle, const PickleValue& tuple,
                                        std::string_view name) {
  std::vector<std::int64_t> numbers;
  if (tuple.kind != Kind::sequence) refuse_tensor(name, "has a shape that is no tuple");
  if (tuple.items.size() > kMaxAxes) refuse_tensor(name, "has more axes than a network's tensors have");
  for (const PickleIndex item : tuple.items) {
    const PickleValue& value = pickle[item];
    if (value.kind != Kind::integer || value.integer < 0)
      refuse_tensor(name, "has a shape or stride below 0");
    numbers.push_back(value.integer);
  }
  return numbers;
}

/// Whether that is how row-major numbers lie; an axis of one has no say. No axis is 0.
bool row_major(const std::vector<std::int64_t>& shape, const std::vector<std::int64_t>& strides) {
  std::int64_t expected = 1;
  for (std::size_t axis = shape.size(); axis-- > 0;) {
    if (shape[axis] != 1 && strides[axis] != expected) return false;
    expected *= shape[axis];
  }
  return true;
}

/// Offset and strides must stay inside the storage, and not make more numbers of it than it has.
void require_inside(const StoredTensor& tensor, const std::vector<std::int64_t>& strides, std::int64_t offset,
                    std::int64_t storage_elements, std::string_view name) {
  __extension__ using Wide = __int128;
  const std::int64_t elements = elements_of(tensor.shape, name);
  if (elements == 0) refuse_tensor(name, "has no numbers");
  bool inside = elements <= storage_elements && offset < storage_elements;
  Wide last = offset;
  for (std::size_t axis = 0; inside && axis < strides.size(); ++axis) {
    last += Wide{tensor.shape[axis] - 1} * strides[axis];
    inside = last < storage_elements;
  }
  if (!inside) refuse_tensor(name, "reaches beyond its storage");
}

class TensorReader {
 public:
  TensorReader(const Pickle& pickle, const std::map<std::string, std::size_t, std::less<>>& begins)
      : pickle_(pickle), begins_(begins) {}

  [[nodiscard]] StoredTensor read(const PickleValue& value, std::string_view name) const {
    if (is_call_of(pickle_, value, Global::rebuild_parameter)) return read_parameter(value, name);
    const bool tensor = is_call_of(pickle_, value, Global::rebuild_tensor) ||
                        is_call_of(pickle_, value, Global::rebuild_tensor_v2);
    if (!tensor) refuse_tensor(name, "is no tensor");
    return read_tensor(pickle_[value.arguments].items, name);
  }

 private:
  /// A parameter holds a tensor, and only that: a parameter within a parameter is refused.
  [[nodiscard]] StoredTensor read_parameter(const PickleValue& value, std::string_view name) const {
    const auto& arguments = pickle_[value.arguments].items;
    if (arguments.empty() || is_call_of(pickle_, pickle_[arguments[0]], Global::rebuild_parameter)) {
      refuse_tensor(name, "is a parameter without a tensor");
    }
    return read(pickle_[arguments[0]], name);
  }

  /// (storage, offset, shape, strides, ...): what follows matters to training only.
  [[nodiscard]] StoredTensor read_tensor(const std::vector<PickleIndex>& arguments,
                                         std::string_view name) const {
    if (arguments.size() < 4 || pickle_[arguments[0]].kind != Kind::persistent ||
        pickle_[arguments[1]].kind != Kind::integer || pickle_[arguments[1]].integer < 0) {
      refuse_tensor(name, "is not described as torch.save does");
    }
    const auto [key, storage] = storage_of(pickle_, pickle_[arguments[0]]);
    const std::int64_t offset = pickle_[arguments[1]].integer;
    StoredTensor tensor{storage.type, whole_numbers(pickle_, pickle_[arguments[2]], name), {}, 0};
    auto strides = whole_numbers(pickle_, pickle_[arguments[3]], name);
    if (strides.size() != tensor.shape.size()) refuse_tensor(name, "has not as many strides as axes");
    require_inside(tensor, strides, offset, storage.elements, name);
    if (!row_major(tensor.shape, strides)) tensor.strides = std::move(strides);
    tensor.begin = begins_.find(key)->second + static_cast<std::size_t>(offset) * bytes_of(storage.type);
    return tensor;
  }

  const Pickle& pickle_;
  const std::map<std::string, std::size_t, std::less<>>& begins_;
};

/// Keys and values in turn; Python 2 also gave an OrderedDict its pairs as an argument.
std::vector<PickleIndex> entries_of(const Pickle& pickle, const PickleValue& dictionary) {
  const bool ordered = is_call_of(pickle, dictionary, Global::ordered_dict);
  if (dictionary.kind != Kind::dictionary && !ordered) {
    throw Refusal{"it holds something else than a state_dict; save the model's state_dict() alone"};
  }
  std::vector<PickleIndex> entries;
  const auto& arguments = ordered ? pickle[dictionary.arguments].items : std::vector<PickleIndex>{};
  if (arguments.size() == 1) {
    for (const PickleIndex pair : pickle[arguments[0]].items) {
      const auto& items = pickle[pair].items;
      if (items.size() != 2) throw Refusal{"its OrderedDict is made of what are no pairs"};
      entries.insert(entries.end(), items.begin(), items.end());
    }
  }
  entries.insert(entries.end(), dictionary.items.begin(), dictionary.items.end());
  return entries;
}

}  // namespace

Pickle read_torch_pickle(std::span<const std::byte> bytes) { return read_pickle(bytes, kGlobals); }

std::map<std::string, TorchStorage, std::less<>> storages_of(const Pickle& pickle) {
  std::map<std::string, TorchStorage, std::less<>> storages;
  for (const PickleValue& value : pickle.values) {
    if (value.kind != Kind::persistent) continue;
    const auto [key, storage] = storage_of(pickle, value);
    const auto [known, first] = storages.emplace(key, storage);
    if (!first && (known->second.type != storage.type || known->second.elements != storage.elements)) {
      throw Refusal{fmt::format("its storage '{}' is said to be two different things", shown(key))};
    }
  }
  return storages;
}

std::map<std::string, StoredTensor> tensors_of(
    const Pickle& pickle, const std::map<std::string, std::size_t, std::less<>>& begins) {
  const auto entries = entries_of(pickle, pickle[pickle.root]);
  const TensorReader reader(pickle, begins);
  std::map<std::string, StoredTensor> tensors;
  for (std::size_t i = 0; i < entries.size(); i += 2) {
    const PickleValue& key = pickle[entries[i]];
    if (key.kind != Kind::text) throw Refusal{"its state_dict has a key that is no text"};
    if (!tensors.emplace(key.text, reader.read(pickle[entries[i + 1]], key.text)).second) {
      throw Refusal{fmt::format("it has the tensor '{}' twice", shown(key.text))};
    }
  }
  return tensors;
}

}  // namespace shoal
