// Kinds of damage are drawn evenly.
#include "damage.hpp"

#include <fmt/format.h>

#include <array>

#include "dice.hpp"
#include "posts.hpp"

namespace shoal {
namespace {

constexpr std::array<std::string_view, kDamages> kNames = {
    "number_as_text", "not_a_number", "no_likes", "hidden_likes", "lone_surrogate", "invalid_utf8",
    "nul_byte",       "year_zero",    "future",   "repeated",     "foreign",        "cut"};

constexpr std::int64_t kYearZero = -62'167'219'200;  // its first second
constexpr std::int64_t kEightyYears = 80 * std::int64_t{31'557'600};
constexpr std::int64_t kThreeDays = 3 * std::int64_t{86'400'000};

}  // namespace

std::string_view name_of(Damage damage) { return kNames[static_cast<std::size_t>(damage)]; }

DamageMaker::DamageMaker(const SynthOptions& options)
    : share_(options.damage), draws_(options.seed, "synth/damage") {}

std::optional<Damage> DamageMaker::of_post(std::int64_t number, DamageSet possible) const {
  if (share_ <= 0.0) return std::nullopt;
  Dice dice(draws_, number);
  if (dice.real(0.0, 1.0) >= share_) return std::nullopt;
  return possible.at(dice.below(possible.size()));
}

void damage_values(MadePost& post) {
  if (post.damage == Damage::year_zero) post.taken_at = kYearZero;
  if (post.damage == Damage::future) post.taken_at += kEightyYears;
}

MadePost collected_again(const MadePost& post) {
  MadePost later = post;
  later.damage = std::nullopt;
  later.likes.count += later.likes.count / 10 + 1;
  later.comments += 1;
  later.collected_at += kThreeDays;
  return later;
}

std::string_view damaged_end_of_caption(const std::optional<Damage>& damage) {
  using namespace std::string_view_literals;
  if (damage == Damage::lone_surrogate) return " \\ud83d"sv;
  if (damage == Damage::invalid_utf8) return " \xF0\x9F\x8C"sv;
  if (damage == Damage::nul_byte) return " \0"sv;
  return {};
}

std::string damaged_caption(const MadePost& post) {
  return post.caption + std::string(damaged_end_of_caption(post.damage));
}

std::string damaged_likes(std::int64_t likes, const std::optional<Damage>& damage) {
  if (damage == Damage::number_as_text) return fmt::format("\"{}\"", likes);
  if (damage == Damage::not_a_number) return "NaN";
  if (damage == Damage::hidden_likes) return "-1";
  return fmt::to_string(likes);
}

std::string damaged_likes_cell(std::int64_t likes, const std::optional<Damage>& damage) {
  if (damage == Damage::no_likes) return "";
  if (damage != Damage::number_as_text) return damaged_likes(likes, damage);
  std::string digits = fmt::to_string(likes);
  for (std::size_t place = digits.size(); place > 3; place -= 3) digits.insert(place - 3, ",");
  return "\"" + digits + "\"";
}

std::string_view foreign_line(std::int64_t number) {
  constexpr std::array<std::string_view, 4> kLines = {
      "WARNING: checkpoint required, sleeping for 600 seconds",
      "<!DOCTYPE html><html><head><title>429 Too Many Requests</title></head></html>",
      "Traceback (most recent call last):", "shortcode,taken_at,likes"};
  return kLines[static_cast<std::size_t>(number) % kLines.size()];
}

}  // namespace shoal
