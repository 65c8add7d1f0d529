// The opcodes of a pickle that bring a value with them.
#pragma once

#include <cstdint>

#include "vision/weights/bytes_reader.hpp"
#include "vision/weights/pickle_stack.hpp"

namespace shoal {

/// Reads the opcode's value and pushes it; false for an opcode that brings none. Numbers of more than 64
/// bits, floats and bytes are only said to be there.
bool read_pickle_constant(std::uint8_t opcode, BytesReader& reader, PickleStack& stack);

/// Text up to the next line's end, which is taken too.
std::string_view read_pickle_line(BytesReader& reader);

}  // namespace shoal
