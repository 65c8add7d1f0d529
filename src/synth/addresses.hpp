// Web addresses and dates as records spell them.
#pragma once

#include <string>

#include "posts.hpp"
#include "shoal/corpus/dates.hpp"

namespace shoal {

inline std::string url_of_post(const MadePost& post) {
  return "https://www.instagram.com/p/" + post.shortcode + "/";
}
inline std::string url_of_account(const MadeAccount& account) {
  return "https://www.instagram.com/" + account.name + "/";
}
inline std::string url_of_file(const std::string& file) { return "https://scontent.example/" + file; }
/// As it stands in pages.
inline std::string url_seen_by_browsers(const std::string& file) {
  return "https://scontent.example/v/t51.2885-15/" + file + "?stp=dst-jpg_e35&_nc_cat=1";
}

/// The study's scraper told days alone.
inline std::string day_as_in_profiles(std::int64_t time) { return day_text(time) + "T05:00:00.000Z"; }
/// "2017-04-30 23:30:00"
inline std::string day_and_clock(std::int64_t time) {
  std::string text = time_text(time);
  text[text.find('T')] = ' ';
  text.pop_back();
  return text;
}

}  // namespace shoal
