// state_dicts are OrderedDicts of tensors; a tensor is a call that names a storage, an offset, a shape and
// strides.
#include "vision/weights/torch_state.hpp"

#include <fmt/format.h>

#include <utility>

#include "vision/weights/torch_storages.hpp"

namespace shoal {
namespace {

using Kind = PickleValue::Kind;

// Small pickles can refer to one long shape again and again.
constexpr std::size_t kMaxAxes = 8;
/// Checkpoints of large networks have some thousands.
constexpr std::size_t kMostTensors = std::size_t{1} << 16;
/// Of dictionaries within dictionaries: state_dicts of checkpoints lie one or two deep.
constexpr int kMaxDepth = 8;

std::vector<std::int64_t> whole_numbers(const Pickle& pickle, const PickleValue& tuple) {
  std::vector<std::int64_t> numbers;
  if (tuple.kind != Kind::sequence) throw Refusal{"has a shape that is no tuple"};
  if (tuple.items.size() > kMaxAxes) throw Refusal{"has more axes than a network's tensors have"};
  for (const PickleIndex item : tuple.items) {
    const PickleValue& value = pickle[item];
    if (value.kind != Kind::integer || value.integer < 0) throw Refusal{"has a shape or stride below 0"};
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
  if (elements == 0) throw Refusal{"has no numbers"};
  bool inside = elements <= storage_elements && offset < storage_elements;
  Wide last = offset;
  for (std::size_t axis = 0; inside && axis < strides.size(); ++axis) {
    last += Wide{tensor.shape[axis] - 1} * strides[axis];
    inside = last < storage_elements;
  }
  if (!inside) throw Refusal{"reaches beyond its storage"};
}

/// The first four arguments of a tensor: what follows matters to training only.
struct TensorDescription {
  StorageReference storage;
  std::int64_t offset = 0;
  std::vector<std::int64_t> shape;
  std::vector<std::int64_t> strides;
};

TensorDescription describe(const Pickle& pickle, const std::vector<PickleIndex>& arguments) {
  const bool sound = arguments.size() >= 4 && pickle[arguments[0]].kind == Kind::persistent &&
                     pickle[arguments[1]].kind == Kind::integer && pickle[arguments[1]].integer >= 0;
  const auto storage = sound ? storage_of(pickle, pickle[arguments[0]]) : std::nullopt;
  if (!storage) throw Refusal{"is not described as torch.save does"};
  return {*storage, pickle[arguments[1]].integer, whole_numbers(pickle, pickle[arguments[2]]),
          whole_numbers(pickle, pickle[arguments[3]])};
}

/// Everything of a tensor but its type and shape, which it has already.
void place_tensor(StoredTensor& tensor, TensorDescription description, const StoragePlaces& places,
                  std::string_view name) {
  if (description.strides.size() != tensor.shape.size()) throw Refusal{"has not as many strides as axes"};
  const TorchStorage& storage = description.storage.storage;
  require_inside(tensor, description.strides, description.offset, storage.elements, name);
  if (!row_major(tensor.shape, description.strides)) tensor.strides = std::move(description.strides);
  const auto place = places.find(description.storage.key);
  if (place == places.end()) throw Refusal{"lies in a storage that is not there"};
  if (!place->second.fault.empty()) throw Refusal{place->second.fault};
  tensor.begin = place->second.begin + static_cast<std::size_t>(description.offset) * storage.number_bytes;
}

/// arguments: what a tensor is rebuilt from.
StoredTensor read_tensor(const Pickle& pickle, const std::vector<PickleIndex>& arguments,
                         const StoragePlaces& places, std::string_view name) {
  StoredTensor tensor{"?"};
  try {
    TensorDescription description = describe(pickle, arguments);
    tensor.type = description.storage.storage.type;
    tensor.shape = description.shape;
    if (type_named(tensor.type) == NumberType::other) throw Refusal{fault_of_type(tensor.type)};
    place_tensor(tensor, std::move(description), places, name);
  } catch (const Refusal& refusal) {
    tensor.fault = refusal.reason;
  }
  return tensor;
}

/// What a value's tensor is rebuilt from, a parameter's too; nothing for what is no tensor. A parameter
/// within a parameter is none.
const std::vector<PickleIndex>* tensor_arguments(const Pickle& pickle, const PickleValue& value) {
  const PickleValue* tensor = &value;
  if (is_call_of(pickle, value, TorchGlobal::rebuild_parameter) ||
      is_call_of(pickle, value, TorchGlobal::rebuild_parameter_with_state)) {
    const auto& arguments = pickle[value.arguments].items;
    if (arguments.empty()) return nullptr;
    tensor = &pickle[arguments[0]];
  }
  const bool rebuilt = is_call_of(pickle, *tensor, TorchGlobal::rebuild_tensor) ||
                       is_call_of(pickle, *tensor, TorchGlobal::rebuild_tensor_v2);
  return rebuilt ? &pickle[tensor->arguments].items : nullptr;
}

/// Whether a value may hold others by key. An unknown class is one where items were put into it.
bool is_dictionary(const Pickle& pickle, const PickleValue& value) {
  return value.kind == Kind::dictionary || is_call_of(pickle, value, TorchGlobal::ordered_dict) ||
         (value.kind == Kind::object && !value.items.empty());
}

/// Keys and values in turn; Python 2 also gave an OrderedDict its pairs as an argument.
std::vector<PickleIndex> entries_of(const Pickle& pickle, const PickleValue& dictionary) {
  std::vector<PickleIndex> entries;
  const bool ordered = is_call_of(pickle, dictionary, TorchGlobal::ordered_dict);
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

/// Walks through dictionaries within dictionaries, each once.
class TensorCollector {
 public:
  TensorCollector(const Pickle& pickle, const StoragePlaces& places)
      : pickle_(pickle), places_(places), seen_(pickle.values.size()) {}

  std::map<std::string, StoredTensor> run() {
    collect(pickle_.root, "", 0);
    return std::move(tensors_);
  }

 private:
  // NOLINTNEXTLINE(misc-no-recursion): at most kMaxDepth deep
  void collect(PickleIndex index, const std::string& before, int depth) {
    if (seen_[index] || depth > kMaxDepth) return;
    seen_[index] = true;
    const auto entries = entries_of(pickle_, pickle_[index]);
    for (std::size_t i = 0; i < entries.size(); i += 2) {
      const PickleValue& key = pickle_[entries[i]];
      // States of training have numbers for keys.
      if (key.kind != Kind::text || !is_plain(key.text)) continue;
      const std::string name = before + std::string(key.text);
      const PickleValue& value = pickle_[entries[i + 1]];
      if (const auto* arguments = tensor_arguments(pickle_, value)) {
        add(name, *arguments);
      } else if (is_dictionary(pickle_, value)) {
        collect(entries[i + 1], name + "/", depth + 1);
      }
    }
  }

  void add(const std::string& name, const std::vector<PickleIndex>& arguments) {
    if (tensors_.size() >= kMostTensors) throw Refusal{"it holds more tensors than any network has"};
    if (!tensors_.emplace(name, read_tensor(pickle_, arguments, places_, name)).second) {
      throw Refusal{fmt::format("it has the tensor '{}' twice", shown(name))};
    }
  }

  const Pickle& pickle_;
  const StoragePlaces& places_;
  std::vector<bool> seen_;
  std::map<std::string, StoredTensor> tensors_;
};

/// Why a pickle has no tensors for us.
[[noreturn]] void refuse_root(const Pickle& pickle) {
  const PickleValue& root = pickle[pickle.root];
  const bool object = root.kind == Kind::object;
  const auto& unknown = pickle.unknown_globals;
  const std::string asked =
      unknown.empty()
          ? ""
          : fmt::format("its pickle asks for '{}', which weights do not need; nothing of it was executed; ",
                        unknown[object ? static_cast<std::size_t>(root.integer) : 0]);
  const bool dictionary = is_dictionary(pickle, root);
  throw Refusal{fmt::format("{}it holds {}; save the model's state_dict() alone", asked,
                            dictionary ? "no tensors by name" : "something else than a state_dict")};
}

}  // namespace

std::map<std::string, StoredTensor> tensors_of(const Pickle& pickle, const StoragePlaces& places) {
  if (!is_dictionary(pickle, pickle[pickle.root])) refuse_root(pickle);
  auto tensors = TensorCollector(pickle, places).run();
  if (tensors.empty()) refuse_root(pickle);
  return tensors;
}

}  // namespace shoal
