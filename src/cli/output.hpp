// What commands print on standard output: nothing in it acts on the terminal.
#pragma once

#include <fmt/format.h>

#include <cerrno>
#include <cstdio>
#include <string>
#include <string_view>
#include <utility>

#include "shoal/base/error.hpp"
#include "shoal/base/odd_text.hpp"

namespace shoal {

/// Several lines, each with its end. Throws FailureError or ResourceError where they cannot be written.
inline void print_lines(std::string_view lines) {
  const std::string text = terminal_lines(lines);
  std::fwrite(text.data(), 1, text.size(), stdout);
  if (std::fflush(stdout) != 0) throw_system_error("writing", "standard output", errno);
}

/// One line, whatever is in it; its end is added.
template <class... Args>
void print_line(fmt::format_string<Args...> format, Args&&... args) {
  print_lines(terminal_text(fmt::format(format, std::forward<Args>(args)...)) + '\n');
}

}  // namespace shoal
