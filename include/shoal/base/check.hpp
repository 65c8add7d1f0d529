// Contracts between programmers: checked in debug and sanitized builds, free in release builds.
// Bad user data is never a contract; it gets an error from error.hpp.
#pragma once

namespace shoal {

/// Prints the broken contract to standard error and aborts.
[[noreturn]] void contract_failed(const char* kind, const char* condition, const char* file, int line);

}  // namespace shoal

#if defined(SHOAL_CONTRACTS)
#define SHOAL_EXPECT(condition) \
  ((condition) ? void(0) : ::shoal::contract_failed("expects", #condition, __FILE__, __LINE__))
#define SHOAL_ENSURE(condition) \
  ((condition) ? void(0) : ::shoal::contract_failed("ensures", #condition, __FILE__, __LINE__))
#else
#define SHOAL_EXPECT(condition) static_cast<void>(0)
#define SHOAL_ENSURE(condition) static_cast<void>(0)
#endif
