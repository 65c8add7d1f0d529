// CLI11 says that "a subcommand is required" where one is misspelt: its words are taken only where they name
// the option and the value.
#include "usage_sentence.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <string_view>
#include <vector>

#include "shoal/base/edit_distance.hpp"

namespace shoal {
namespace {

bool is_option(std::string_view argument) { return argument.size() > 1 && argument.front() == '-'; }

/// The command that was chosen, "weights make" where it has commands of its own, and its words so far.
struct Chosen {
  const CLI::App* app = nullptr;
  std::string words = "shoal";
};

Chosen chosen_command(const CLI::App& app) {
  Chosen chosen{&app};
  while (!chosen.app->get_subcommands().empty()) {
    chosen.app = chosen.app->get_subcommands().front();
    chosen.words += " " + chosen.app->get_name();
  }
  return chosen;
}

std::vector<std::string> names_of_commands(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; }))
    names.push_back(command->get_name());
  return names;
}

std::vector<std::string> names_of_options(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::Option* option : app.get_options()) {
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
  }
  return names;
}

std::string suggestion_among(std::string_view word, const std::vector<std::string>& names) {
  return suggestion_for(word, std::vector<std::string_view>(names.begin(), names.end()));
}

/// Of a word where a command should stand.
std::string about_command(const Chosen& chosen, std::string_view word) {
  if (is_option(word)) {
    return fmt::format("the option '{}' stands before the command; write '{} COMMAND {}'", word, chosen.words,
                       word);
  }
  return fmt::format("'{}' has no command '{}'; {}", chosen.words, word,
                     suggestion_among(word, names_of_commands(*chosen.app)));
}

/// Of what a command did not take.
std::string about_extra(const Chosen& chosen, const std::string& extra) {
  const std::string word = extra.substr(0, extra.find('='));
  if (chosen.app->get_option_no_throw(word) != nullptr)
    return fmt::format("'{0}' stands before its command; write '{1} {0}'", word, chosen.words);
  if (is_option(word)) {
    return fmt::format("'{}' has no option '{}'; {}", chosen.words, word,
                       suggestion_among(word, names_of_options(*chosen.app)));
  }
  return fmt::format("'{}' does not know what to do with '{}'", chosen.words, extra);
}

/// Of an argument that has to be there.
std::string about_missing(const Chosen& chosen, const std::string& words_of_error) {
  for (const CLI::Option* option : chosen.app->get_options()) {
    if (!option->get_required() || option->count() > 0) continue;
    return fmt::format("'{}' needs {}: {}", chosen.words, option->get_name(), option->get_description());
  }
  return words_of_error;
}

}  // namespace

std::string usage_sentence(const CLI::App& app, const CLI::ParseError& error) {
  const Chosen chosen = chosen_command(app);
  const std::vector<std::string> extras = app.remaining(true);
  const bool has_commands = !names_of_commands(*chosen.app).empty();
  if (!extras.empty() && has_commands) return about_command(chosen, extras.front());
  // What was misspelt is missing, too.
  for (const std::string& extra : extras) {
    if (is_option(extra)) return about_extra(chosen, extra);
  }
  const std::string see = fmt::format("; see '{} --help'", chosen.words);
  if (!extras.empty()) return about_extra(chosen, extras.front()) + see;
  if (has_commands) {
    return fmt::format("'{}' needs a command: {}", chosen.words,
                       fmt::join(names_of_commands(*chosen.app), ", ")) +
           see;
  }
  if (error.get_name() == "RequiredError") return about_missing(chosen, error.what()) + see;
  return fmt::format("'{}': {}", chosen.words, error.what()) + see;
}

}  // namespace shoal
