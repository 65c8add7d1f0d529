// Formats whose records are JSON objects: a line each, in a list, or a file each. What is common to them.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "field_value.hpp"
#include "json_outline.hpp"
#include "shoal/corpus/post_reader.hpp"

namespace shoal {

/// A record that was loaded, with what its reader needs to make posts of it.
struct JsonRecord {
  const FieldValue& value;  ///< an object, with the format's keys
  std::string_view
      list;             ///< the key of the list that it lies in; empty in a list that is the root, or in none
  std::int64_t number;  ///< of the record
  std::string_view text;  ///< of the object
  const InputFile& file;
};

/// A list of records within an object.
struct WrappedList {
  std::string_view name;  ///< its key
  std::size_t begin = 0;  ///< where its bracket opens in the text of the object
};

struct JsonFormat {
  std::span<const std::string_view> keys;   ///< those that are loaded, at any depth
  std::span<const std::string_view> lists;  ///< of a root object: those whose elements are the records
  bool (*recognise)(const JsonOutline& outline);
  /// Adds a post, or quarantines the record. One that is no post of the format's is passed over where that is
  /// how the format is: then nothing is added.
  void (*read)(const JsonRecord& record, ReadResult& result);
  /// What is loaded beside `keys`, where the job decides that; parts of the rules.
  std::vector<std::string_view> (*more_keys)(const ReadRules& rules) = nullptr;
  /// Why no record of a file can be read, as a sentence; empty where they can. Null: they always can.
  std::string (*fault)(const ReadRules& rules) = nullptr;
  bool any_list = false;  ///< whether lists under other keys than those of `lists` have records, too
  /// The list of a root object that has the records, where only they themselves tell. Null: `lists` does.
  /// Documents may then follow each other in a file.
  std::optional<WrappedList> (*wrapped)(std::string_view object, const ReadRules& rules) = nullptr;
};

// Each in a file of its name.
extern const JsonFormat kZeeschuimer;
extern const JsonFormat kInstaloader;
extern const JsonFormat kInstaloaderComments;
extern const JsonFormat kIgramscraper;
extern const JsonFormat kExportedJson;
extern const JsonFormat kMappedJson;
extern const JsonFormat kMetaExport;
extern const JsonFormat kMetaOthers;
extern const JsonFormat kFourCatImages;

/// One record a line; empty lines are none.
ReadResult read_json_lines(const JsonFormat& format, const LineRange& range);

/// A list of records, a root object with lists of them, or one record. What stands before a place where the
/// text breaks off is read.
ReadResult read_json_document(const JsonFormat& format, std::string_view text, const InputFile& file);

/// Whether a document may be read by a mapping: a profile that shows itself as one may not.
bool is_mapped_document(const JsonOutline& outline);
/// What the job maps of JSON lines, and of a document; a document that no mapping fits may lack something of
/// a profile, and is read as that.
ReadResult read_mapped_json_lines(const LineRange& range);
ReadResult read_mapped_json(std::string_view text, const InputFile& file);

inline constexpr std::string_view kBesideMetaExport = "Instagram export beside posts";

/// Whether a file of no known format lies in folders that nothing but an export of Instagram has, by its path
/// below the corpus root; such a one is passed over.
bool lies_in_meta_export(std::string_view relative);
/// What becomes of it: no record, under the name of the format of what lies beside posts.
ReadResult pass_over_in_meta_export();

/// The rows of a format, for the table of formats.
template <const JsonFormat& format>
constexpr LineRanges json_lines(ReadResult (*read)(const LineRange& range) = [](const LineRange& range) {
  return read_json_lines(format, range);
}) {
  return {[](const FileBeginning& beginning) {
            const JsonOutline& outline = beginning.json();
            // A first line that goes on behind what is shown is taken for one: no person writes such.
            const bool is_line =
                outline.ends_in_first_line() || beginning.text().find('\n') == std::string_view::npos;
            return is_line && outline.root() == '{' && format.recognise(outline);
          },
          read};
}

template <const JsonFormat& format>
constexpr WholeFiles json_document() {
  return {
      [](const FileBeginning& beginning) {
        return beginning.json().root() != '\0' && format.recognise(beginning.json());
      },
      [](std::string_view text, const InputFile& file) { return read_json_document(format, text, file); }};
}

}  // namespace shoal
