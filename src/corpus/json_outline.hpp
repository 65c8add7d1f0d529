// Which keys a JSON text shows in its beginning: formats are told apart by them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace shoal {

/// The first value of a text, as far as it is shown; the text may break off anywhere.
class JsonOutline {
 public:
  explicit JsonOutline(std::string_view beginning);

  /// '{' or '['; '\0' for what is no JSON, or a single value.
  [[nodiscard]] char root() const { return root_; }
  /// Whether the value ended in what is shown, before a line end: a file of such lines has a record a line.
  [[nodiscard]] bool ends_in_first_line() const { return ends_in_first_line_; }
  /// Whether a further object or list begins behind the value.
  [[nodiscard]] bool is_followed() const { return followed_; }
  /// Whether an object of the root has that key; where the root is a list, one of its elements.
  [[nodiscard]] bool has(std::string_view key) const { return has(root_ == '[' ? 2 : 1, key); }
  /// Whether an object has it that lies in `depth` brackets, its own among them: 1 is the root itself.
  [[nodiscard]] bool has(int depth, std::string_view key) const;
  /// Whether one has a list under that key.
  [[nodiscard]] bool has_list(int depth, std::string_view key) const;
  /// Whether any object lies that deep.
  [[nodiscard]] bool has_any(int depth) const;
  /// Whether the root is an object of lists and objects alone, all under keys that begin so.
  [[nodiscard]] bool holds_only(std::string_view beginning_of_keys) const;
  /// The keys of the records that are shown (of the first one where the root is an object), with those of
  /// objects in them, in lists too, up to three keys long: "user.name", "entities.hashtags.text". Each once.
  [[nodiscard]] std::vector<std::string> paths() const;

 private:
  char root_ = '\0';
  bool ends_in_first_line_ = false;
  bool followed_ = false;
  struct Key {
    int depth = 0;
    std::string name;
    char first = '\0';  ///< of its value; '\0' where that is not shown
  };
  std::vector<Key> keys_;
};

}  // namespace shoal
