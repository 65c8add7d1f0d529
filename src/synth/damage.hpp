// What is wrong with records of real dumps, and which records of a made corpus it is put into.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
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

inline constexpr std::size_t kDamages = static_cast<std::size_t>(Damage::cut) + 1;

/// As damage.csv calls it.
std::string_view name_of(Damage damage);

/// Kinds of damage that a format can have.
class DamageSet {
 public:
  constexpr DamageSet(std::initializer_list<Damage> kinds) {
    for (const Damage kind : kinds) bits_ |= bit(kind);
  }
  static constexpr DamageSet all() {
    DamageSet set{};
    set.bits_ = (std::uint32_t{1} << kDamages) - 1;
    return set;
  }
  [[nodiscard]] constexpr DamageSet without(std::initializer_list<Damage> kinds) const {
    DamageSet set = *this;
    for (const Damage kind : kinds) set.bits_ &= ~bit(kind);
    return set;
  }
  [[nodiscard]] std::size_t size() const { return static_cast<std::size_t>(std::popcount(bits_)); }
  /// place: below size(); in the order of the kinds.
  [[nodiscard]] Damage at(std::size_t place) const {
    std::uint32_t rest = bits_;
    for (; place > 0; --place) rest &= rest - 1;
    return static_cast<Damage>(std::countr_zero(rest));
  }

 private:
  static constexpr std::uint32_t bit(Damage kind) { return std::uint32_t{1} << static_cast<unsigned>(kind); }

  std::uint32_t bits_ = 0;
};

class DamageMaker {
 public:
  explicit DamageMaker(const SynthOptions& options);
  /// What happens to a post's record: one of the kinds that it can have, each as likely as the others.
  [[nodiscard]] std::optional<Damage> of_post(std::int64_t number, DamageSet possible) const;

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
/// The caption with these bytes, for formats in which no kind of damage needs JSON's escapes.
std::string damaged_caption(const MadePost& post);
/// The likes as a JSON value; not for `no_likes`.
std::string damaged_likes(std::int64_t likes, const std::optional<Damage>& damage);
/// The likes as a cell of CSV: text is "1,234", as spreadsheets write it, and no likes are an empty cell.
std::string damaged_likes_cell(std::int64_t likes, const std::optional<Damage>& damage);
/// A line that is no record: a program's message, or an error page.
std::string_view foreign_line(std::int64_t number);

/// A line of damage.csv.
struct DamagedRecord {
  std::int64_t record = 0;  ///< its number in its file, from 0
  std::string shortcode;    ///< empty for what is no record of a post
  Damage damage{};
};

}  // namespace shoal
