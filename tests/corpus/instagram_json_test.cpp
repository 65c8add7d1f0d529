// Zeeschuimer's and Instaloader's JSON, in the shapes of real files.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "read_text.hpp"
#include "shortcodes.hpp"

namespace shoal {
namespace {

using ::testing::ElementsAre;
using testing::format_of;
using ::testing::HasSubstr;
using testing::read_text;
using testing::reasons;
using Names = std::vector<std::string>;

/// A line as Zeeschuimer writes it. data: the fields of the item behind its code.
std::string line(const std::string& data, const std::string& collected = "1700000000000") {
  return R"({"nav_index": "2:33:NaN", "item_id": "1_2", "timestamp_collected": )" + collected +
         R"(, "source_platform": "instagram.com", "source_platform_url": "https://www.instagram.com/",)" +
         R"( "data": {"id": "1256645293871823712_9", "pk": "1256645293871823712", "code": "BFwgDyd5Xtg", )" +
         data + R"(}, "id": 17})" + "\n";
}

TEST(Shortcode, IsTheNumberOfAPostToTheBaseOf64) {
  EXPECT_EQ(shortcode_of_number("1256645293871823712"), "BFwgDyd5Xtg");
  EXPECT_EQ(shortcode_of_number("1256645293871823712_9"), "BFwgDyd5Xtg");
  EXPECT_EQ(shortcode_of_number("0"), "");
  EXPECT_EQ(shortcode_of_number("BFwgDyd5Xtg"), "");
  EXPECT_EQ(shortcode_of_number("99999999999999999999999"), "");
}

TEST(Zeeschuimer, ReadsAnItemWithAllItsFields) {
  const ReadResult result = read_text(
      line(
          R"("taken_at": 1699990000, "media_type": 8, "caption": {"text": "Köln #dom &amp; @ben.k"}, "like_count": 12,
 "comment_count": 3, "play_count": null, "view_count": null, "user": {"pk": "9", "id": "9", "username": "Anna.K",
 "full_name": "Anna"}, "owner": {"id": "9"}, "usertags": {"in": [{"user": {"username": "carla"}}]},
 "coauthor_producers": [{"username": "dora"}], "location": {"pk": 1, "name": "Köln", "lat": 50.9, "lng": 6.9},
 "image_versions2": {"candidates": [{"url": "https://x/v/a.jpg?stp=1"}]}, "carousel_media": [
 {"code": null, "image_versions2": {"candidates": [{"url": "https://x/v/b.jpg?stp=1"}]}},
 {"code": null, "image_versions2": {"candidates": [{"url": "https://x/v/c.jpg?stp=1"}]}}])"),
      {.keeps_urls = true, .all_slides = true});
  ASSERT_EQ(result.posts.size(), 1u) << ::testing::PrintToString(reasons(result));
  EXPECT_THAT(reasons(result), ElementsAre());
  const Post& post = result.posts[0].post;
  EXPECT_EQ(post.shortcode, "BFwgDyd5Xtg");
  EXPECT_EQ(post.creator, "anna.k");
  EXPECT_EQ(post.creator_name, "Anna");
  EXPECT_EQ(post.tags, Names{"dom"});
  EXPECT_EQ(post.mentions, (Names{"carla", "dora", "ben.k"}));
  EXPECT_EQ(post.taken_at, 1699990000);
  EXPECT_EQ(post.taken_at_precision, TimePrecision::second);
  EXPECT_EQ(post.collected_at, 1700000000);
  EXPECT_EQ(post.likes.value, 12);
  EXPECT_EQ(post.comments.value, 3);
  EXPECT_EQ(post.plays.missing, Missing::not_exported);
  EXPECT_EQ(post.media, MediaKind::album);
  EXPECT_EQ(post.image, "b.jpg");
  EXPECT_EQ(post.image_url, "https://x/v/b.jpg?stp=1");
  EXPECT_EQ(post.further_images, Names{"c.jpg"});
  EXPECT_EQ(post.place.name, "Köln");
  EXPECT_EQ(post.place.latitude, 50.9);
  ASSERT_EQ(result.accounts().size(), 1u);
  EXPECT_EQ(result.accounts()[0].id, "9");
}

TEST(Zeeschuimer, AHiddenCountIsMissingWhateverNumberStandsThere) {
  const ReadResult result = read_text(line(R"("like_count": 3, "like_and_view_counts_disabled": true)") +
                                      line(R"("like_count": 3, "like_and_view_counts_disabled": false)") +
                                      line(R"("like_count": 3)"));
  ASSERT_EQ(result.posts.size(), 3u);
  EXPECT_EQ(result.posts[0].post.likes.missing, Missing::hidden);
  EXPECT_EQ(result.posts[1].post.likes.value, 3);
  EXPECT_EQ(result.posts[2].post.likes.value, 3);
}

TEST(Zeeschuimer, APartialItemSaysSoOfWhatItLacks) {
  const ReadResult result = read_text(line(R"("__typename": "XIGPolarisMedia")"));
  ASSERT_EQ(result.posts.size(), 1u);
  EXPECT_EQ(result.posts[0].post.likes.missing, Missing::partial);
  EXPECT_EQ(result.posts[0].post.taken_at_precision, TimePrecision::none);
}

TEST(Zeeschuimer, AnAdvertisementIsLeftOutAndCounted) {
  const ReadResult result = read_text(line(R"("product_type": "ad")") + line(R"("product_type": "feed")"));
  EXPECT_EQ(result.posts.size(), 1u);
  EXPECT_EQ(result.filtered_records.at("advertisement"), 1);
  EXPECT_EQ(result.quarantined_records, 0);
}

TEST(Zeeschuimer, ABadLineCostsItselfAlone) {
  const ReadResult result =
      read_text(line(R"("like_count": 1)") + "{\"nav_index\": 1, \"data\": {\n" + "[1]\n\n" +
                line(R"("caption": {"text": ")" + std::string("\xFF") + R"("})") +
                line(R"("caption": {"text": "a\ud83d #b"})"));
  ASSERT_EQ(result.posts.size(), 3u) << ::testing::PrintToString(reasons(result));
  EXPECT_EQ(result.quarantined_records, 2);
  EXPECT_THAT(reasons(result)[0], HasSubstr("the line is not JSON"));
  EXPECT_EQ(reasons(result)[1], "the line is not an object");
  EXPECT_EQ(reasons(result)[2], "the item's 'text' is not UTF-8");
  EXPECT_EQ(result.posts[2].post.caption, "a\xEF\xBF\xBD #b");
  EXPECT_EQ(result.posts[2].record, 4);
}

TEST(Zeeschuimer, ItemsOfOtherPlatformsAreRefusedByName) {
  std::string other = line("\"a\": 1");
  other.replace(other.find("instagram.com"), 13, "tiktok.com");
  EXPECT_THAT(reasons(read_text(other)),
              ElementsAre(HasSubstr("the item is of 'tiktok.com', which is not read")));
}

TEST(Zeeschuimer, OnePrettyPrintedItemAndAListOfItemsAreRead) {
  std::string item = line(R"("like_count": 5)");
  EXPECT_EQ(format_of(item), "Zeeschuimer NDJSON");
  EXPECT_EQ(read_text("[" + item + "," + item + "]").posts.size(), 2u);
  item.replace(item.find("\"data\": {") + 9, 0, "\n  ");
  EXPECT_EQ(format_of(item), "Zeeschuimer JSON");
  EXPECT_EQ(read_text(item).posts.size(), 1u);
}

TEST(Zeeschuimer, FourCatsLinesHaveThePostAtTheTop) {
  const ReadResult result = read_text(
      R"({"code": "BFwgDyd5Xtg", "taken_at": 1699990000, "like_count": 7, "caption": null,
          "user": {"username": "anna", "pk": 9}, "__import_meta": {"source_platform": "instagram.com",
          "timestamp_collected": 1700000000000}})");
  ASSERT_EQ(result.posts.size(), 1u) << ::testing::PrintToString(reasons(result));
  EXPECT_EQ(result.posts[0].post.likes.value, 7);
  EXPECT_EQ(result.posts[0].post.collected_at, 1700000000);
}

TEST(Zeeschuimer, WhatIsNestedTooDeepCostsTheLine) {
  const std::string deep = std::string(10000, '[') + std::string(10000, ']');
  const ReadResult skipped = read_text(line("\"x\": " + deep));
  EXPECT_EQ(skipped.posts.size(), 1u) << "nobody asks for what lies there";
  const ReadResult asked = read_text(line("\"caption\": " + deep));
  EXPECT_EQ(asked.posts.size() + static_cast<std::size_t>(asked.quarantined_records), 1u);
}

TEST(Instaloader, ReadsAGraphNodeAndNamesItsPhotosByTheFile) {
  const std::string post =
      R"({"node": {"__typename": "GraphSidecar", "id": "1256645293871823712", "shortcode": "BFwgDyd5Xtg",
 "taken_at_timestamp": 1493510400, "edge_media_to_caption": {"edges": [{"node": {"text": "Hi #sun"}}]},
 "edge_media_preview_like": {"count": 5}, "edge_media_to_comment": {"count": 2}, "location": {"name": "Rome"},
 "owner": {"id": "9", "username": "anna"}, "is_video": false, "title": "no caption",
 "edge_sidecar_to_children": {"edges": [{"node": {"display_url": "u1"}}, {"node": {"display_url": "u2"}}]}},
 "instaloader": {"version": "4.10", "node_type": "Post"}})";
  const ReadResult result = read_text(post, {.all_slides = true}, "anna/2017-04-30_00-00-00_UTC.json.xz");
  ASSERT_EQ(result.posts.size(), 1u) << ::testing::PrintToString(reasons(result));
  const Post& read = result.posts[0].post;
  EXPECT_EQ(read.caption, "Hi #sun");
  EXPECT_EQ(read.likes.value, 5);
  EXPECT_EQ(read.comments.value, 2);
  EXPECT_EQ(read.place.name, "Rome");
  EXPECT_EQ(read.media, MediaKind::album);
  EXPECT_EQ(read.image, "anna/2017-04-30_00-00-00_UTC_1.jpg");
  EXPECT_EQ(read.further_images, Names{"anna/2017-04-30_00-00-00_UTC_2.jpg"});
}

TEST(Instaloader, ReadsWhatNewerVersionsWriteOfThePhonesItems) {
  const ReadResult result = read_text(
      R"({"instaloader": {"version": "4.13.1", "node_type": "Post"}, "node": {"shortcode": "BFwgDyd5Xtg",
 "date": 1699990000, "caption": null, "comments": 4, "edge_media_preview_like": {"count": 3}, "is_video": true,
 "display_url": "u", "owner": {"id": 9}, "iphone_struct": {"play_count": 70, "like_and_view_counts_disabled": true,
 "location": {"name": "Rome", "lat": 41.9, "lng": 12.5}}}})",
      {}, "b.json");
  ASSERT_EQ(result.posts.size(), 1u) << ::testing::PrintToString(reasons(result));
  const Post& read = result.posts[0].post;
  EXPECT_EQ(read.caption, "");
  EXPECT_EQ(read.likes.missing, Missing::hidden);
  EXPECT_EQ(read.plays.value, 70);
  EXPECT_EQ(read.comments.value, 4);
  EXPECT_EQ(read.creator, "id:9");
  EXPECT_EQ(read.place.latitude, 41.9);
  EXPECT_EQ(read.media, MediaKind::video);
  EXPECT_EQ(read.image, "b.jpg");
}

TEST(Instaloader, WhatLiesBesidePostsIsPassedOver) {
  for (
      const char* text :
      {R"({"node": {"id": "9", "username": "anna"}, "instaloader": {"version": "4.10", "node_type": "Profile"}})",
       R"({"node": {"id": 1}, "instaloader": {"version": "4.10", "node_type": "FrozenNodeIterator"}})"}) {
    const ReadResult result = read_text(text);
    EXPECT_TRUE(result.posts.empty());
    EXPECT_THAT(reasons(result), ElementsAre());
  }
}

TEST(Instaloader, TheBareNodeOfVersion3IsAPost) {
  const ReadResult result = read_text(
      R"({"shortcode": "BFwgDyd5Xtg", "display_url": "u", "edge_media_to_caption": {"edges": []},
          "edge_media_preview_like": {"count": -1}, "taken_at_timestamp": 1493510400})",
      {}, "c.json");
  ASSERT_EQ(result.posts.size(), 1u);
  EXPECT_EQ(result.posts[0].post.likes.missing, Missing::hidden);
}

TEST(JsonDocuments, WhatStandsBeforeTheCutIsRead) {
  const std::string whole = "[" + line("\"like_count\": 1") + "," + line("\"like_count\": 2") + "]";
  for (std::size_t length = 1; length < whole.size(); ++length) {
    const ReadResult result = read_text(std::string_view(whole).substr(0, length));
    EXPECT_GE(result.quarantined_records, 1) << length;
    EXPECT_LE(result.posts.size(), 2u);
  }
  EXPECT_EQ(read_text(whole).quarantined_records, 0);
}

}  // namespace
}  // namespace shoal
