// Reads pickles as data: what stands in them is written down, and nothing of it runs.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace shoal {

/// Values refer to each other by number: a pickle may be deep, or hold itself, without harm.
using PickleIndex = std::uint32_t;

struct PickleValue {
  enum class Kind : std::uint8_t {
    none,
    truth,       ///< integer is 0 or 1
    integer,     ///< of 64 bits at most
    other,       ///< a float, bytes, a set, a number of more than 64 bits: its value is not kept
    text,        ///< also bytes, as Python 2 wrote texts
    global,      ///< integer: which of the known names
    object,      ///< an unknown name (integer: which), or whatever it would make; items: as of a dictionary
    sequence,    ///< tuple or list, in items
    dictionary,  ///< items: keys and values in turn
    call,        ///< callee and arguments; items: what was put into what it gave, as for a dictionary
    persistent,  ///< what a persistent id stands for, in arguments
  };
  Kind kind = Kind::none;
  std::int64_t integer = 0;
  std::string_view text;  ///< into the pickle
  std::vector<PickleIndex> items;
  PickleIndex callee = 0;
  PickleIndex arguments = 0;
};

/// One pickle's values. Calls are written down, never made.
struct Pickle {
  std::vector<PickleValue> values;
  PickleIndex root = 0;
  std::size_t size = 0;                        ///< bytes that it took
  std::vector<std::string> unknown_globals{};  ///< as they may be shown
  [[nodiscard]] const PickleValue& operator[](PickleIndex i) const { return values[i]; }
};

/// Reads the pickle that `bytes` begin with. known_globals: "module.name" of all that mean something to the
/// caller; what another one makes is an object that nobody looks into. Throws Refusal for an opcode that
/// pickle.dump does not write into a file, and for whatever is no pickle. Memory is in proportion to the
/// pickle, which may have 16 MiB and a million values.
Pickle read_pickle(std::span<const std::byte> bytes, std::span<const std::string_view> known_globals);

}  // namespace shoal
