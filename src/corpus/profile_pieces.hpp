// A profile that is too large to be held: its posts one by one, and what is left of it as a small profile.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace shoal {

/// A post of a larger text.
struct CutPost {
  std::string_view text;
  bool has_controls = false;  ///< whether texts in it hold control characters, which JSON wants as escapes
};

/// What stands for posts of a file that were cut out of it.
struct CutPosts {
  std::int64_t first = 0;  ///< among all that were
  std::int64_t count = 0;
};

/// The posts that a text stands for; none for any other text.
CutPosts posts_behind(std::string_view text);

/// Goes through a profile's text piece by piece, and cuts complete objects out of its lists `posts`. A parser
/// that finds what stands for them goes on as it would behind the objects: where brackets and texts end is
/// all that it sees of an element. Where that may be seen in two ways, from a backslash outside texts on,
/// nothing is cut out any more.
class ProfileCutter {
 public:
  /// The largest post, and the largest rest, in bytes: they are held.
  static constexpr std::size_t kLargestPost = std::size_t{256} << 20;
  static constexpr std::size_t kLargestRest = std::size_t{1} << 30;

  explicit ProfileCutter(std::function<void(const CutPost&)> take) : take_(std::move(take)) {}

  /// Throws InputError where a post or the rest is too large.
  void add(std::string_view piece);
  /// The profile with what stands for its posts; what begins as a post and does not end, too.
  std::string finish();

 private:
  void add(char c);
  void add_outside(char c);
  void open(char bracket);
  void close();
  void keep(char c);
  void put_placeholder();

  std::function<void(const CutPost&)> take_;
  std::string rest_;
  std::string post_;                 ///< the text of one, while it is cut out
  std::int64_t depth_ = 0;           ///< how many brackets are open
  char first_ = '\0';                ///< of these
  std::size_t text_ = 0;             ///< where the last text begins that lies right in the profile
  std::size_t text_end_ = 0;         ///< and where it ends
  std::size_t placeholder_ = 0;      ///< where the last one begins
  std::size_t placeholder_end_ = 0;  ///< 0: there is none
  CutPosts behind_{};                ///< it
  bool cutting_ = false;
  bool has_controls_ = false;
  bool in_text_ = false;
  bool escaped_ = false;
  bool key_is_posts_ = false;
  bool in_posts_ = false;
  bool ambiguous_ = false;
};

}  // namespace shoal
