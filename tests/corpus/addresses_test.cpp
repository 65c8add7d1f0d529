// Codes and handles in addresses.
#include "addresses.hpp"

#include <gtest/gtest.h>

namespace shoal {
namespace {

TEST(ShortcodeOf, FindsTheCodeInEveryKindOfAddress) {
  EXPECT_EQ(shortcode_of("https://www.instagram.com/p/19a8/"), "19a8");
  EXPECT_EQ(shortcode_of("https://instagram.com/reel/Cx_-1?utm=2"), "Cx_-1");
  EXPECT_EQ(shortcode_of("https://www.instagram.com/someone/"), "");
  for (const char* url :
       {"https://www.instagram.com/reels/ABC/", "https://www.instagram.com/tv/ABC",
        "HTTPS://WWW.INSTAGRAM.COM/p/ABC/", "https://www.instagram.com/anna.k/p/ABC/",
        "https://www.instagram.com/anna.k/reel/ABC/", "https://www.instagram.com/tv/p/ABC/",
        "https://www.instagram.com/p/ABC/?x=1", "instagram.com/p/ABC&x=1",
        " https://www.instagram.com/p/ABC \n", "https://www.instagram.com/p/ABC/\xE2\x80\x8B", "/p/ABC/",
        "https://web.archive.org/web/2017/https://www.instagram.com/p/ABC/embed/", "https://x/p/ABC#top"}) {
    EXPECT_EQ(shortcode_of(url), "ABC") << url;
  }
}

TEST(ShortcodeOf, IsNotMadeOfWhatLeadsToNoPost) {
  for (const char* url :
       {"", "https://www.instagram.com/", "https://www.instagram.com/p/", "https://x/reels/audio/12/",
        "https://www.instagram.com/share/p/BAKed/", "https://x/explore/tags/p"}) {
    EXPECT_EQ(shortcode_of(url), "") << url;
  }
}

TEST(HandleInAddress, IsItsLastPart) {
  EXPECT_EQ(handle_in_address("https://www.instagram.com/anna_berg/"), "anna_berg");
  EXPECT_EQ(handle_in_address("www.instagram.com/anna_berg?hl=de"), "anna_berg");
  EXPECT_EQ(handle_in_address("https://www.instagram.com/_u/anna_berg"), "anna_berg");
  EXPECT_EQ(handle_in_address("https://www.instagram.com/"), "");
  EXPECT_EQ(handle_in_address("www.instagram.com"), "");
  EXPECT_EQ(handle_in_address(""), "");
}

}  // namespace
}  // namespace shoal
