// How made posts are written: a file and a row of the table for each format.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <variant>

#include "posts.hpp"

namespace shoal {

/// A post of an account, where the writer needs to name others.
struct MadeRecord {
  const MadeAccount* account = nullptr;
  const MadePost* post = nullptr;
  const AccountMaker* accounts = nullptr;
};

/// Posts one after the other in one file, or in several.
struct RecordFiles {
  std::string_view folder;
  std::string_view suffix;
  /// A post's record, with its line end. Damage that is not of the whole record is in it.
  std::string (*record)(const MadeRecord& record);
};

/// An account a file.
struct AccountFiles {
  std::string_view folder;
  std::string_view suffix;
  /// The file of an account with its posts; what is no record stands before the post that is damaged so. The
  /// last post may be cut.
  std::string (*file)(const MadeAccount& account, std::span<const MadePost> posts);
};

struct PostWriter {
  std::string_view name;  ///< as --format has it
  std::variant<RecordFiles, AccountFiles> makes;
};

std::span<const PostWriter> post_writers();
/// Throws UsageError, naming those that there are.
const PostWriter& post_writer(std::string_view name);

std::string profile_json(const MadeAccount& account, std::span<const MadePost> posts);
std::string zeeschuimer_line(const MadeRecord& record);

}  // namespace shoal
