// What the processor can do. Results keep their bits within one level; all ranks agree on the lowest.
#pragma once

#include <string>

namespace shoal {

/// Instruction levels in rising order; a level includes those below it.
enum class InstructionLevel : int { baseline = 0, avx2 = 1, avx512 = 2, avx512_bf16 = 3, amx = 4 };

/// The highest level of this processor, or of the environment variable SHOAL_MAX_LEVEL
/// (a level's name as above) where that is lower.
InstructionLevel detect_instruction_level();

std::string to_string(InstructionLevel level);

/// The processor's name as the operating system tells it, for provenance.
std::string processor_name();

}  // namespace shoal
