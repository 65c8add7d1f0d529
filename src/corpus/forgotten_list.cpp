// A text file that shows no name.
#include "shoal/corpus/forgotten_list.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "shoal/base/error.hpp"
#include "shoal/base/file.hpp"
#include "shoal/base/folder.hpp"
#include "shoal/corpus/post_reader.hpp"

namespace shoal {
namespace fs = std::filesystem;
namespace {

bool is_entry(std::string_view line) {
  constexpr std::size_t kPseudonym = 26;
  for (const std::string_view kind : {pseudonym_kind::kPost, pseudonym_kind::kAccount}) {
    if (!line.starts_with(kind) || line.size() != kind.size() + 1 + kPseudonym || line[kind.size()] != ' ')
      continue;
    return std::ranges::all_of(line.substr(kind.size() + 1),
                               [](char c) { return ('a' <= c && c <= 'z') || ('2' <= c && c <= '7'); });
  }
  return false;
}

}  // namespace

ForgottenList::ForgottenList(std::string_view text, const fs::path& file) {
  for_each_line(text, [&](std::string_view line) {
    if (line.empty()) return;
    if (!is_entry(line)) {
      throw InputError(
          fmt::format("'{}' is not a list of what was forgotten: a line of it is neither 'post' nor "
                      "'account' with a pseudonym; put back the file that `shoal forget` wrote",
                      file.string()));
    }
    lines_.emplace(line);
  });
}

fs::path ForgottenList::file_beside(const fs::path& key) { return key.string() + ".forgotten"; }

ForgottenList ForgottenList::load(const fs::path& file) {
  if (!is_listed(file)) return {};
  const auto bytes = read_file(file);
  return {std::string_view(reinterpret_cast<const char*>(bytes.data()), bytes.size()), file};
}

void ForgottenList::save(const fs::path& file) const { write_file_durably(file, text(), 0600); }

void ForgottenList::add(std::string_view kind, std::string_view pseudonym) {
  lines_.insert(fmt::format("{} {}", kind, pseudonym));
}

bool ForgottenList::has(std::string_view kind, std::string_view pseudonym) const {
  return lines_.contains(fmt::format("{} {}", kind, pseudonym));
}

std::string ForgottenList::text() const {
  std::string text;
  for (const std::string& line : lines_) text += line + "\n";
  return text;
}

Forgotten forgotten_by(ForgottenList list, Pseudonyms pseudonyms) {
  const auto means = [list = std::make_shared<const ForgottenList>(std::move(list)),
                      pseudonyms = std::make_shared<const Pseudonyms>(std::move(pseudonyms))](
                         std::string_view kind, const std::string& name) {
    return !name.empty() && list->has(kind, pseudonyms->of(kind, name));
  };
  return {[means](const Post& post) {
            return means(pseudonym_kind::kPost, post.id) || means(pseudonym_kind::kAccount, post.creator);
          },
          [means](const std::string& key) { return means(pseudonym_kind::kAccount, key); }};
}

}  // namespace shoal
