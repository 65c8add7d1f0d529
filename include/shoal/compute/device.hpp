// Which kind of device a run computes on.
#pragma once

namespace shoal {

/// automatic is a GPU where every rank has one, else the processor.
enum class Device { automatic, cpu, cuda };

}  // namespace shoal
