// Posts and accounts that were asked to be forgotten, by their pseudonyms: a list beside the key that made
// these, so that every job under the key leaves them out, whatever becomes of its results.
#pragma once

#include <filesystem>
#include <set>
#include <string>
#include <string_view>

#include "shoal/corpus/corpus.hpp"
#include "shoal/corpus/pseudonyms.hpp"

namespace shoal {

class ForgottenList {
 public:
  ForgottenList() = default;
  /// text: as text() gives it, lines in any order. Throws InputError, naming the file, for anything else.
  ForgottenList(std::string_view text, const std::filesystem::path& file);
  /// Of a key's file: `<key>.forgotten`.
  static std::filesystem::path file_beside(const std::filesystem::path& key);
  /// Empty where there is no file. For one rank. Throws InputError.
  static ForgottenList load(const std::filesystem::path& file);
  /// Durable when it returns.
  void save(const std::filesystem::path& file) const;

  /// kind: pseudonym_kind::kPost or kAccount.
  void add(std::string_view kind, std::string_view pseudonym);
  [[nodiscard]] bool has(std::string_view kind, std::string_view pseudonym) const;
  [[nodiscard]] bool empty() const { return lines_.empty(); }
  /// A line each, `post <pseudonym>` or `account <pseudonym>`, sorted.
  [[nodiscard]] std::string text() const;

 private:
  std::set<std::string> lines_;
};

/// Which posts and accounts the list means, under the key that its pseudonyms were made with: an account's
/// posts too.
Forgotten forgotten_by(ForgottenList list, Pseudonyms pseudonyms);

}  // namespace shoal
