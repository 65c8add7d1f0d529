// Reads pickles as data: the few opcodes that files of weights consist of, and nothing that would run.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
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
    number,      ///< a float; its value is not kept
    text,        ///< also bytes, as Python 2 wrote texts
    global,      ///< integer: which of the known names
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
  std::size_t size = 0;  ///< bytes that it took
  [[nodiscard]] const PickleValue& operator[](PickleIndex i) const { return values[i]; }
};

/// Reads the pickle that `bytes` begin with. known_globals: "module.name" of all that it may name. Throws
/// Refusal for any other global, an opcode that weights do not need, and whatever is no pickle. Memory is in
/// proportion to the pickle, which may have a MiB.
Pickle read_pickle(std::span<const std::byte> bytes, std::span<const std::string_view> known_globals);

}  // namespace shoal
