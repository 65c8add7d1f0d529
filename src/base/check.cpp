// Broken contracts: say which and stop.
#include "shoal/base/check.hpp"

#include <cstdio>
#include <cstdlib>

namespace shoal {

void contract_failed(const char* kind, const char* condition, const char* file, int line) {
  std::fprintf(stderr, "shoal: broken contract at %s:%d: %s %s\n", file, line, kind, condition);
  std::abort();
}

}  // namespace shoal
