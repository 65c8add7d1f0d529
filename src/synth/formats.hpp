// How made posts are written: a file and a row of the table for each format.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "damage.hpp"
#include "photos.hpp"
#include "posts.hpp"

namespace shoal {

/// A post of an account, where the writer needs to name others.
struct MadeRecord {
  const MadeAccount* account = nullptr;
  const MadePost* post = nullptr;
  const AccountMaker* accounts = nullptr;
  const PhotoMaker* photos = nullptr;
};

/// The first half of a record, without a line end.
std::string first_half(std::string_view record);

/// Posts one after the other in one file, or in several.
struct RecordFiles {
  std::string_view folder;
  std::string_view suffix;
  /// A post's record, with its line end. Damage that is not of the whole record is in it.
  std::string (*record)(const MadeRecord& record);
  DamageSet damage = DamageSet::all();
  std::string_view heading = {};  ///< what each file begins with
  std::string_view ending = {};   ///< and ends with
  /// What is left of a record that breaks off, without a line end: readers see that it does.
  std::string (*cut)(std::string_view record) = first_half;
  /// Whether photos are in the records, and nowhere else: then each post has one.
  bool holds_photos = false;
};

/// A file by its path below the folder of the format.
struct MadeFile {
  std::string path;
  std::string bytes;
};

/// An account's posts in files of their own: one for all, or one for each.
struct AccountFiles {
  std::string_view folder;
  /// The files of an account with its posts. What is no record stands before the post that is damaged so.
  std::vector<MadeFile> (*files)(const MadeAccount& account, std::span<const MadePost> posts);
  /// Which of them has a post's record.
  std::string (*path)(const MadeAccount& account, const MadePost& post);
  DamageSet damage = DamageSet::all();
  /// Else the posts of an account are in one file, and a cut one is the last.
  bool has_file_for_each_post = false;
  /// Where a post's photo is, in the folder of the format; null: in photos/, by its name.
  std::string (*photo)(const MadeAccount& account, const MadePost& post) = nullptr;
};

struct PostWriter {
  std::string_view name;  ///< as --format has it
  std::variant<RecordFiles, AccountFiles> makes;
};

std::span<const PostWriter> post_writers();
/// Throws UsageError, naming those that there are.
const PostWriter& post_writer(std::string_view name);

// Each in a file of its own; functions are those that others' functions make a part of.
extern const AccountFiles kProfileFiles;
extern const RecordFiles kZeeschuimerFiles;
extern const RecordFiles kLikesFiles;
extern const RecordFiles kIgramscraperFiles;
extern const RecordFiles kTagLineFiles;
extern const RecordFiles kFourCatTableFiles;
extern const RecordFiles kFourCatJsonFiles;
extern const RecordFiles kCrowdTangleFiles;
extern const AccountFiles kInstaloaderFiles;
extern const RecordFiles kImageTableFiles;
RecordFiles web_dataset_files();
extern const AccountFiles kMetaExportFiles;
RecordFiles exported_table_files();
extern const RecordFiles kExportedJsonFiles;

}  // namespace shoal
