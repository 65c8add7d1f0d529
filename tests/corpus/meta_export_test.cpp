// Exports of Instagram as owners of accounts have them, by the quirks that those who parse them have written
// down.
#include <gtest/gtest.h>

#include <string>

#include "mojibake.hpp"
#include "readers.hpp"

namespace shoal {
namespace {

using Texts = std::vector<std::string>;

ReadResult read(const std::string& text, std::string_view relative = "posts_1.json") {
  ReadRules rules;
  rules.all_slides = true;
  return read_posts(text, {relative, &rules});
}

TEST(MetaExport, APostHasItsTextTimeAndPhotos) {
  const ReadResult result = read(R"( [
    {"media": [
       {"uri": "media/posts/202301/1_n.jpg", "creation_timestamp": 1673000000, "title": "",
        "media_metadata": {"camera_metadata": {"has_camera_metadata": false},
          "photo_metadata": {"exif_data": [{"iso": 100}, {"latitude": 48.5, "longitude": 9}]}},
        "cross_post_source": {"source_app": "FB"}, "backup_uri": "https://x.y/z"},
       {"uri": "media/posts/202301/2_n.webp", "creation_timestamp": 1673000001, "title": "not this"},
       {"uri": "media/posts/202301/3_n.mp4", "creation_timestamp": 1673000001, "title": "",
        "media_metadata": {"video_metadata": {"exif_data": []}}}],
     "title": "Caf\u00c3\u00a9 #m\u00c3\u00bcnchen \u00e2\u009d\u00a4", "creation_timestamp": 1673000002},
    {"media": [{"uri": "media/posts/2_n.jpg", "creation_timestamp": 1500000000, "title": "old one"}]}])");
  ASSERT_EQ(result.posts.size(), 2U);
  const Post& first = result.posts[0].post;
  EXPECT_EQ(first.caption, "Café #münchen ❤");
  EXPECT_EQ(first.tags, Texts{"münchen"});
  EXPECT_EQ(first.taken_at, 1673000002);
  EXPECT_EQ(first.taken_at_precision, TimePrecision::second);
  EXPECT_EQ(first.media, MediaKind::album);
  EXPECT_EQ(first.image, "media/posts/202301/1_n.jpg");
  EXPECT_EQ(first.further_images, Texts{"media/posts/202301/2_n.webp"});
  EXPECT_DOUBLE_EQ(first.place.latitude, 48.5);
  EXPECT_DOUBLE_EQ(first.place.longitude, 9);
  EXPECT_EQ(first.likes.missing, Missing::not_exported);
  EXPECT_EQ(first.comments.missing, Missing::not_exported);
  const Post& second = result.posts[1].post;
  EXPECT_EQ(second.caption, "old one");
  EXPECT_EQ(second.taken_at, 1500000000);
  EXPECT_EQ(second.media, MediaKind::image);
  EXPECT_TRUE(result.quarantined.empty()) << result.quarantined[0].reason;
}

TEST(MetaExport, ReelsAndStoriesAreRead) {
  const ReadResult reels = read(
      R"({"ig_reels_media": [{"media": [{"uri": "media/reels/1", "creation_timestamp": 1673000000, "title": "hi"}]}]})");
  ASSERT_EQ(reels.posts.size(), 1U);
  EXPECT_EQ(reels.posts[0].post.media, MediaKind::video) << "a name without suffix";
  EXPECT_EQ(reels.posts[0].post.image, "");
  EXPECT_EQ(reels.posts[0].post.caption, "hi");
  const ReadResult stories = read(
      R"({"ig_stories": [{"uri": "media/stories/1.jpg", "creation_timestamp": 1673000000, "title": "",
          "media_metadata": {"photo_metadata": {"exif_data": [{"latitude": 1.5, "longitude": -2.5}]}}}]})");
  ASSERT_EQ(stories.posts.size(), 1U);
  EXPECT_EQ(stories.posts[0].post.image, "media/stories/1.jpg");
  EXPECT_DOUBLE_EQ(stories.posts[0].post.place.longitude, -2.5);
  const ReadResult none = read(R"({"ig_reels_media": []})");
  EXPECT_TRUE(none.posts.empty());
  EXPECT_EQ(none.quarantined_records, 0);
}

TEST(MetaExport, AListMayBeWrappedUnderAnyName) {
  const ReadResult result = read(R"({"my_posts": [{"title": "a", "creation_timestamp": 1673000000,
      "media": [{"uri": "media/posts/1.jpg", "creation_timestamp": 1673000000, "title": ""}]}]})");
  ASSERT_EQ(result.posts.size(), 1U);
  EXPECT_EQ(result.posts[0].post.caption, "a");
}

TEST(MetaExport, TheListOfOlderExportsIsRead) {
  const ReadResult result = read(R"({
    "stories": [{"caption": "", "taken_at": "2019-03-02T11:22:33+00:00", "path": "stories/201903/s.jpg"}],
    "photos": [{"caption": "Caf\u00c3\u00a9", "taken_at": "2019-01-02T03:04:05", "location": "Berlin", "path": "photos/201901/a.jpg"},
               {"caption": NaN, "taken_at": "2019-01-02T03:04:06", "path": "photos/201901/b.jpg"}],
    "profile": [{"caption": "", "taken_at": "2018-01-01T00:00:00", "is_active_profile": true, "path": "profile/p.jpg"}],
    "direct": [{"taken_at": "2018-01-01T00:00:00", "path": "direct/d.jpg"}],
    "videos": [{"caption": "v", "taken_at": "2019-02-01T00:00:00", "path": "videos/201902/v.mp4"}]})",
                                 "media.json");
  ASSERT_EQ(result.posts.size(), 4U);
  EXPECT_EQ(result.posts[0].post.taken_at, 1551525753);
  const Post& photo = result.posts[1].post;
  EXPECT_EQ(photo.caption, "Café");
  EXPECT_EQ(photo.place.name, "Berlin");
  EXPECT_EQ(photo.taken_at, 1546398245);
  EXPECT_EQ(photo.taken_at_precision, TimePrecision::second);
  EXPECT_EQ(photo.image, "photos/201901/a.jpg");
  EXPECT_EQ(result.posts[2].post.caption, "");
  EXPECT_EQ(result.posts[3].post.media, MediaKind::video);
  EXPECT_TRUE(result.quarantined.empty()) << result.quarantined[0].reason;
}

TEST(MetaExport, NamesOfPhotosStartFromTheFolderOfTheExport) {
  const std::string text =
      R"([{"media": [{"uri": "media/posts/1.jpg", "creation_timestamp": 1673000000, "title": ""}]}])";
  for (const auto& [relative, image] : std::vector<std::pair<std::string, std::string>>{
           {"anna/your_instagram_activity/content/posts_1.json", "anna/media/posts/1.jpg"},
           {"your_instagram_activity/media/posts_1.json", "media/posts/1.jpg"},
           {"anna/content/posts_1.json", "anna/media/posts/1.jpg"},
           {"anna/posts_1.json", "anna/media/posts/1.jpg"},
           {"posts.json", "media/posts/1.jpg"}}) {
    const ReadResult result = read(text, relative);
    ASSERT_EQ(result.posts.size(), 1U) << relative;
    EXPECT_EQ(result.posts[0].post.image, image) << relative;
  }
}

TEST(MetaExport, WhatLiesBesideThePostsIsPassedOver) {
  for (
      const char* text :
      {R"([{"title": "", "media_list_data": [], "string_list_data": [{"href": "https://x", "value": "a", "timestamp": 1}]}])",
       R"({"relationships_following": [{"title": "a", "string_list_data": [{"href": "https://x", "timestamp": 1}]}]})",
       R"({"relationships_following": []})",
       R"({"impressions_history_ads_seen": [{"string_map_data": {"Author": {"value": "a"}}}]})",
       R"({"participants": [{"name": "a"}], "messages": [{"photos": [{"uri": "x.jpg", "creation_timestamp": 1}]}]})",
       R"([{"timestamp": 1, "label_values": [{"label": "a"}], "fbid": "1"}])",
       R"({"ig_custom_audiences_all_types": [{"advertiser_name": "X", "has_data_file_custom_audience": true}]})",
       R"({"ig_secret_conversations": {"armadillo_devices": []}})",
       R"({"ig_profile_picture": [{"uri": "media/profile/1.jpg", "creation_timestamp": 1, "title": ""}]})"}) {
    const ReadResult result = read(text);
    EXPECT_TRUE(result.posts.empty()) << text;
    EXPECT_EQ(result.quarantined_records, 0) << text;
    EXPECT_FALSE(result.unrecognised) << text;
  }
}

TEST(MetaExport, WhatNobodyKnowsIsPassedOverInItsFoldersAlone) {
  for (const char* text : {R"({"monetization_eligibility": [{"reason": "none"}]})", "{\n\"theme\": 3}", "[]",
                           R"({"alias_of_account": [1]})"}) {
    for (const char* relative :
         {"personal_information/personal_information/a.json", "anna/your_instagram_activity/b/a.json"}) {
      const ReadResult result = read(text, relative);
      EXPECT_EQ(result.format, "Instagram export beside posts") << text;
      EXPECT_EQ(result.quarantined_records, 0) << text;
    }
  }
  EXPECT_EQ(read(R"({"monetization_eligibility": [{"reason": "none"}]})", "a.json").quarantined_records, 1);
  EXPECT_EQ(read(R"({"ig_id": "1", "ig_tags": ["a"]})", "a.json").quarantined_records, 1)
      << "a post to be mapped";
}

TEST(MetaExport, AFolderThatAnybodyMayHaveIsNotOneOfAnExport) {
  const std::string posts = "{\"id\": \"1\", \"text\": \"a\"}\n{\"id\": \"2\", \"text\": \"b\"}\n";
  for (const char* relative :
       {"connections/t.ndjson", "preferences/t.json", "personal_information/a/t.json",
        "my_connections/followers_and_following/t.json", "connections/followers_and_following/t.ndjson"}) {
    const ReadResult result = read(posts, relative);
    EXPECT_NE(result.format, "Instagram export beside posts") << relative;
    EXPECT_EQ(result.quarantined_records, 1) << relative;
  }
  ReadRules rules;
  rules.platform = "x";
  rules.columns = {{"id", "id"}};
  for (const char* relative : {"connections/t.ndjson", "your_instagram_activity/t.json"}) {
    EXPECT_EQ(read_posts(posts, {relative, &rules}).posts.size(), 2U) << relative << ": the mapping counts";
  }
}

TEST(MetaExport, AsPagesIsRefused) {
  const ReadResult result =
      read("<html><head></head><body><img src=\"media/posts/202301/1.jpg\"/></body></html>");
  ASSERT_EQ(result.quarantined.size(), 1U);
  EXPECT_NE(result.quarantined[0].reason.find("format JSON"), std::string::npos);
  const ReadResult other = read("<html><body>hello</body></html>");
  EXPECT_TRUE(other.unrecognised);
}

TEST(MetaExport, DamageCostsNoMoreThanItsEntry) {
  const std::string good =
      R"({"media": [{"uri": "media/posts/1.jpg", "creation_timestamp": 1673000000, "title": "a"}]})";
  const ReadResult odd =
      read("[" + good + R"(, 7, {"media": 5}, {"title": {}, "media": [null, {"uri": "../../etc/passwd",
      "creation_timestamp": "never", "title": ["x"]}]}, )" +
           good);
  EXPECT_EQ(odd.posts.size(), 3U);
  EXPECT_EQ(odd.quarantined_records, 3) << "7, the entry with nothing in it, and that the file breaks off";
  EXPECT_EQ(odd.posts[1].post.image, "");
  for (std::size_t size = 100; size < good.size(); ++size) {
    const ReadResult cut = read("[" + good + "," + good.substr(0, size));
    EXPECT_EQ(cut.posts.size(), 1U) << size;
    EXPECT_EQ(cut.quarantined_records, 1) << size;
  }
}

TEST(Mojibake, IsMendedOnlyWhereAllOfATextIs) {
  EXPECT_EQ(without_mojibake("plain"), "plain");
  EXPECT_EQ(without_mojibake("caf\u00c3\u00a9"), "café");
  EXPECT_EQ(without_mojibake("\u00f0\u009f\u008c\u008d"), "🌍");
  EXPECT_EQ(without_mojibake("café"), "café") << "E9 alone is no UTF-8";
  EXPECT_EQ(without_mojibake("\u00c3\u00a9 🌍"), "\u00c3\u00a9 🌍") << "no letter of Latin-1";
  EXPECT_EQ(without_mojibake("\u00c3"), "\u00c3");
  EXPECT_EQ(without_mojibake(""), "");
}

}  // namespace
}  // namespace shoal
