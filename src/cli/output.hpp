// What commands print on standard output: nothing in it acts on the terminal.
#pragma once

#include <fmt/format.h>

#include <cstdio>
#include <string_view>
#include <utility>

#include "shoal/base/odd_text.hpp"

namespace shoal {

/// Several lines, each with its end.
inline void print_lines(std::string_view lines) {
  const std::string text = terminal_lines(lines);
  std::fwrite(text.data(), 1, text.size(), stdout);
}

/// One line, whatever is in it; its end is added.
template <class... Args>
void print_line(fmt::format_string<Args...> format, Args&&... args) {
  print_lines(terminal_text(fmt::format(format, std::forward<Args>(args)...)) + '\n');
}

}  // namespace shoal
