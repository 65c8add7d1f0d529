// What is wrong with a command line, in a sentence that names the nearest command or option there is.
#pragma once

#include <CLI/CLI.hpp>
#include <string>

namespace shoal {

/// app: as it was when it threw the error.
std::string usage_sentence(const CLI::App& app, const CLI::ParseError& error);

}  // namespace shoal
