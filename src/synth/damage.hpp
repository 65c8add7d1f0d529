// What is wrong with records of real dumps, and which records of a made corpus it is put into.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "shoal/base/random.hpp"
#include "shoal/synth/synth.hpp"

namespace shoal {

struct MadePost;

enum class Damage : std::uint8_t {
  number_as_text,  ///< likes in quotes
  not_a_number,    ///< likes are NaN
  no_likes,        ///< the field is not there
  hidden_likes,    ///< likes are -1
  lone_surrogate,  ///< half of a pair in the caption
  invalid_utf8,    ///< a caption cut inside a character
  nul_byte,        ///< in the caption
  year_zero,       ///< as the post's time
  future,          ///< a time that is still to come
  repeated,        ///< the record comes once more, collected later, with other counts
  foreign,         ///< before the record stands something that is no record
  cut,             ///< the record breaks off in its middle
};

/// As damage.csv calls it.
std::string_view name_of(Damage damage);

class DamageMaker {
 public:
  explicit DamageMaker(const SynthOptions& options);
  /// What happens to a post's record. Records that nothing can cut get another damage instead.
  [[nodiscard]] std::optional<Damage> of_post(std::int64_t number, bool may_be_cut) const;

 private:
  double share_;
  RandomStream draws_;
};

/// Changes what is damaged before a post is written, whatever the format: its time.
void damage_values(MadePost& post);
/// The record of a repeated post that comes later.
MadePost collected_again(const MadePost& post);

/// Bytes that a damaged caption ends with, as a JSON string has them; usually none.
std::string_view damaged_end_of_caption(const std::optional<Damage>& damage);
/// The likes as a JSON value; not for `no_likes`.
std::string damaged_likes(std::int64_t likes, const std::optional<Damage>& damage);
/// A line that is no record: a program's message, or an error page.
std::string_view foreign_line(std::int64_t number);

/// A line of damage.csv.
struct DamagedRecord {
  std::int64_t record = 0;  ///< its number in its file, from 0
  std::string shortcode;    ///< empty for what is no record of a post
  Damage damage{};
};

}  // namespace shoal
