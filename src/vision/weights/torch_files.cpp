// The two containers of torch.save: a zip archive, and (before PyTorch 1.6) pickles with the storages behind
// them.
#include <fmt/format.h>

#include <utility>

#include "vision/weights/bytes_reader.hpp"
#include "vision/weights/table.hpp"
#include "vision/weights/torch_state.hpp"
#include "vision/weights/torch_storages.hpp"
#include "vision/weights/zip_archive.hpp"

namespace shoal {
namespace {

using Members = std::map<std::string, ZipMember, std::less<>>;

std::span<const std::byte> member_bytes(std::span<const std::byte> file, const ZipMember& member) {
  return file.subspan(member.begin, member.size);
}

/// The one folder that all members lie in, with a slash.
std::string folder_of(const Members& members) {
  constexpr std::string_view kPickle = "/data.pkl";
  for (const auto& [name, member] : members) {
    if (name.ends_with(kPickle)) return name.substr(0, name.size() - kPickle.size() + 1);
  }
  throw Refusal{"it is a zip archive, but not one that torch.save wrote: it has no data.pkl"};
}

void require_plain_archive(std::span<const std::byte> file, const Members& members,
                           const std::string& folder) {
  if (members.contains(folder + "constants.pkl")) {
    throw Refusal{"it is a TorchScript program; save the model's state_dict() instead"};
  }
  const auto order = members.find(folder + "byteorder");
  if (order == members.end()) return;
  const auto bytes = member_bytes(file, order->second);
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  if (text != "little") throw Refusal{"its numbers are not little endian; save it on another machine"};
}

StoragePlaces zip_storages(const Members& members, const std::string& folder, const Pickle& pickle) {
  StoragePlaces places;
  for (const auto& [key, storage] : storages_of(pickle)) {
    StoragePlace& place = places[key];
    const auto member = members.find(folder + "data/" + key);
    if (member == members.end()) {
      place.fault = fmt::format("lacks the storage '{}' of its numbers", shown(key));
    } else if (member->second.size != static_cast<std::size_t>(storage.elements) * storage.number_bytes) {
      place.fault =
          fmt::format("lies in the storage '{}', which has not as many bytes as it says", shown(key));
    } else {
      place.begin = member->second.begin;
    }
  }
  return places;
}

/// Before the state_dict: that the file is one of torch.save's, its version, and the machine that wrote it.
/// The first pickle is a number, behind the protocol and, from protocol 4 on, the length of a frame.
constexpr std::string_view kMagicNumber{"\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19.", 13};
constexpr std::size_t kProtocolBytes = 2;
constexpr std::size_t kFrameBytes = 9;
constexpr std::int64_t kLegacyVersion = 1001;

/// Where the first pickle ends; 0 where it is another one.
std::size_t end_of_magic(std::span<const std::byte> file) {
  const std::string_view text(reinterpret_cast<const char*>(file.data()), file.size());
  if (text.size() < kProtocolBytes || text[0] != '\x80') return 0;
  const std::size_t begin =
      kProtocolBytes + (text.substr(kProtocolBytes).starts_with('\x95') ? kFrameBytes : 0);
  if (text.size() < begin || !text.substr(begin).starts_with(kMagicNumber)) return 0;
  return begin + kMagicNumber.size();
}

bool little_endian_machine(const Pickle& pickle) {
  const PickleValue& facts = pickle[pickle.root];
  if (facts.kind != PickleValue::Kind::dictionary) return false;
  for (std::size_t i = 0; i < facts.items.size(); i += 2) {
    if (pickle[facts.items[i]].text == "little_endian") return pickle[facts.items[i + 1]].integer == 1;
  }
  return false;
}

/// The pickles of a legacy file, one after the other.
class Pickles {
 public:
  explicit Pickles(std::span<const std::byte> file) : file_(file), at_(end_of_magic(file)) {}
  Pickle next() {
    Pickle pickle = read_torch_pickle(file_.subspan(at_));
    at_ += pickle.size;
    return pickle;
  }
  [[nodiscard]] std::size_t at() const { return at_; }

 private:
  std::span<const std::byte> file_;
  std::size_t at_;
};

/// Where the storages begin: each behind the number of its elements, in the order that `keys` gives.
StoragePlaces legacy_storages(std::span<const std::byte> file, std::size_t at, const Pickle& keys,
                              const Pickle& state) {
  const auto storages = storages_of(state);
  BytesReader reader(file, "its data ends before its last storage does: was it copied completely?");
  reader.seek(at);
  StoragePlaces places;
  for (const PickleIndex item : keys[keys.root].items) {
    const std::string_view key = keys[item].text;
    const auto storage = storages.find(key);
    if (storage == storages.end()) {
      throw Refusal{fmt::format("its storage '{}' is of a type that is not known, or nothing refers to it",
                                shown(key))};
    }
    if (reader.number<std::int64_t>() != storage->second.elements) {
      throw Refusal{fmt::format("its storage '{}' has not as many numbers as it says", shown(key))};
    }
    if (!places.emplace(key, StoragePlace{reader.at()}).second) throw Refusal{"it has a storage twice"};
    reader.skip(static_cast<std::uint64_t>(storage->second.elements) * storage->second.number_bytes);
  }
  if (places.size() != storages.size()) throw Refusal{"it lacks a storage that a tensor refers to"};
  if (reader.left() != 0) throw Refusal{"there are bytes after its last storage"};
  return places;
}

}  // namespace

WeightTable read_torch_zip(std::span<const std::byte> file) {
  const Members members = read_zip(file);
  const std::string folder = folder_of(members);
  require_plain_archive(file, members, folder);
  const Pickle state = read_torch_pickle(member_bytes(file, members.find(folder + "data.pkl")->second));
  return {"PyTorch, zip archive",
          tensors_of(state, zip_storages(members, folder, state)),
          {},
          state.unknown_globals};
}

bool is_torch_legacy(std::span<const std::byte> file) { return end_of_magic(file) > 0; }

WeightTable read_torch_legacy(std::span<const std::byte> file) {
  Pickles pickles(file);
  const Pickle version = pickles.next();
  if (version[version.root].integer != kLegacyVersion)
    throw Refusal{"its version of PyTorch's format is not known"};
  if (!little_endian_machine(pickles.next())) {
    throw Refusal{"its numbers are not little endian; save it on another machine"};
  }
  const Pickle state = pickles.next();
  const Pickle keys = pickles.next();
  const StoragePlaces places = legacy_storages(file, pickles.at(), keys, state);
  return {"PyTorch, legacy container", tensors_of(state, places), {}, state.unknown_globals};
}

}  // namespace shoal
