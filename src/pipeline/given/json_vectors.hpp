// Vectors in JSON, {"name": [0.1, "0.2", ...], ...}, as the climate study left them (im_embed_<n>.json).
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "pipeline/given/vector_file.hpp"

namespace shoal {

/// A member of the object.
struct NamedVector {
  std::string name;
  std::vector<float> numbers;
  bool is_list = true;      ///< whether it is a list at all
  bool all_numbers = true;  ///< whether each element is a number, as such or as a text
};

/// Reads such a text in pieces, and holds one member at a time.
class VectorMembers {
 public:
  /// more: the next piece; an empty one at the end. name: the file's, for messages.
  VectorMembers(std::function<std::string()> more, std::string name);

  /// The next member, whatever its value; false at the end. Throws InputError, beginning with the name in
  /// quotes, for a text that is no object, or that cannot be followed to the end.
  bool next(NamedVector& member);

 private:
  [[noreturn]] void fail(const std::string& why) const;
  /// The next character, which stays; '\0' at the end.
  char peek();
  char take();
  char peek_behind_blanks();
  void expect(char c);
  /// A text in quotes as it stands there, of which only so many bytes are kept.
  struct RawText {
    std::string kept;
    bool escapes = false;
    bool whole = true;  ///< whether all of it was kept
  };
  RawText raw_text(std::size_t most);
  /// A name in quotes, with its escapes read.
  std::string name();
  /// The text of a list's element; nothing where it can be no number.
  std::string element();
  void list(NamedVector& member);
  /// Passes a value of any kind.
  void skip_value();
  void skip_nested();
  void end_of_object();

  std::function<std::string()> more_;
  std::string name_;
  std::string piece_;
  std::size_t at_ = 0;
  std::int64_t members_ = 0;
  bool ended_ = false;   ///< whether the text is
  bool closed_ = false;  ///< whether the object is
};

/// Tells how many numbers the first list of numbers has. The file has no rows where it has no members, and no
/// columns where none of them is such a list. Throws InputError, UnavailableError.
void inspect_json(VectorFileInfo& info);

std::unique_ptr<VectorFile> open_json(const VectorFileInfo& info);

}  // namespace shoal
