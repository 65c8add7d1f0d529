// Amounts as people read them: bytes and durations.
#pragma once

#include <cstdint>
#include <string>

namespace shoal {

/// Powers of 1000 tell what files hold, as file managers do; powers of 1024 tell memory, and disk space that
/// is compared with it.
enum class ByteUnits { decimal, binary };

/// decimal: "999 bytes", "123.5 MB". binary: "300 bytes", "12.5 KiB", "0.7 MiB", "300 MiB", "1.25 GiB". What
/// is not zero never reads as zero.
std::string bytes_text(std::int64_t bytes, ByteUnits units);

/// seconds >= 0: "0.4 s", "45 s", "35 minutes", "2.5 hours", "12.0 days". What is not zero never reads as
/// zero.
std::string duration_text(double seconds);

}  // namespace shoal
