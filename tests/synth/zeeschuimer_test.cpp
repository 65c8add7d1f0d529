// Items as Zeeschuimer writes them, read back by an outside parser.
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "made_corpus.hpp"
#include "support/scratch_folder.hpp"

namespace shoal {
namespace {

namespace fs = std::filesystem;
using testing::lines_of;
using testing::ScratchFolder;
using Json = nlohmann::ordered_json;

SynthOptions zeeschuimer_options() {
  SynthOptions options;
  options.format = "zeeschuimer";
  options.posts = 3'000;
  options.images = 4;
  options.image_side = 64;
  return options;
}

std::vector<Json> items_of(const fs::path& corpus) {
  std::vector<Json> items;
  for (const fs::path& file : testing::files_of(corpus / "posts")) {
    for (const std::string& line : lines_of(file)) items.push_back(Json::parse(line));
  }
  return items;
}

/// The number that a shortcode spells.
std::uint64_t id_of(const std::string& shortcode) {
  const std::string alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  std::uint64_t id = 0;
  for (const char c : shortcode) id = id * 64 + alphabet.find(c);
  return id;
}

TEST(Zeeschuimer, HasTheKeysOfRealFilesInTheirOrder) {
  const ScratchFolder folder;
  make_corpus(folder.path(), zeeschuimer_options());
  const std::vector<std::string> keys = {"nav_index",
                                         "item_id",
                                         "timestamp_collected",
                                         "source_platform",
                                         "source_platform_url",
                                         "source_url",
                                         "user_agent",
                                         "data",
                                         "id"};
  for (const Json& item : items_of(folder.path())) {
    std::vector<std::string> found;
    for (const auto& [key, value] : item.items()) found.push_back(key);
    ASSERT_EQ(found, keys);
  }
}

TEST(Zeeschuimer, HasIdsThatItsShortcodesSpell) {
  const ScratchFolder folder;
  make_corpus(folder.path(), zeeschuimer_options());
  std::set<std::string> ids;
  for (const Json& item : items_of(folder.path())) {
    const Json& data = item.at("data");
    const std::string pk = data.at("pk");
    ASSERT_EQ(pk, std::to_string(id_of(data.at("code"))));
    ASSERT_EQ(item.at("item_id"), data.at("id"));
    ASSERT_EQ(data.at("id"), pk + "_" + data.at("user").at("pk").get<std::string>());
    ASSERT_EQ(data.at("owner").size(), 1U);
    ASSERT_EQ(data.at("owner").at("id"), data.at("user").at("id"));
    ids.insert(pk);
  }
  EXPECT_EQ(ids.size(), 3'000U);
}

TEST(Zeeschuimer, HasTheShapesOfRealItems) {
  const ScratchFolder folder;
  make_corpus(folder.path(), zeeschuimer_options());
  std::map<std::string, int> shapes;
  for (const Json& item : items_of(folder.path())) {
    const Json& data = item.at("data");
    const int type = data.at("media_type");
    ASSERT_EQ(type == 8, data.at("carousel_media").is_array());
    ASSERT_EQ(type == 2, data.at("video_versions").is_array());
    ASSERT_FALSE(data.contains("play_count"));
    ASSERT_TRUE(data.at("view_count").is_null());
    if (type == 8) {
      for (const Json& slide : data.at("carousel_media")) {
        ASSERT_TRUE(slide.at("code").is_null() && slide.at("like_count").is_null());
        ASSERT_LE(slide.at("taken_at"), data.at("taken_at"));
        ASSERT_GE(slide.at("taken_at").get<int>() + 3, data.at("taken_at").get<int>());
      }
    }
    if (data.at("like_and_view_counts_disabled").get<bool>()) {
      ASSERT_EQ(data.at("like_count"), 3);
      ++shapes["hidden"];
    }
    ++shapes["type " + std::to_string(type)];
    shapes["no caption"] += data.at("caption").is_null();
    shapes["located"] += data.at("location").is_object();
    shapes["tagging"] += data.at("usertags").is_object();
    shapes["together"] += !data.at("coauthor_producers").empty();
  }
  EXPECT_EQ(shapes["type 1"] + shapes["type 2"] + shapes["type 8"], 3'000);
  for (const char* shape : {"hidden", "type 2", "type 8", "no caption", "located", "tagging", "together"})
    EXPECT_GT(shapes[shape], 10) << shape;
}

TEST(Zeeschuimer, NamesThePhotosThatAreThere) {
  const ScratchFolder folder;
  make_corpus(folder.path(), zeeschuimer_options());
  std::set<std::string> names;
  for (const Json& item : items_of(folder.path())) {
    const std::string url = item.at("data").at("image_versions2").at("candidates").at(0).at("url");
    const std::string path = url.substr(0, url.find('?'));
    names.insert(path.substr(path.rfind('/') + 1));
  }
  const auto photos = testing::files_of(folder.path() / "photos");
  EXPECT_EQ(photos.size(), 4U);
  for (const fs::path& photo : photos) EXPECT_EQ(names.count(photo.filename().string()), 1U) << photo;
}

TEST(Zeeschuimer, InSeveralFilesHasTheSameLines) {
  const ScratchFolder folder;
  SynthOptions options = zeeschuimer_options();
  make_corpus(folder.path() / "one", options);
  options.files = 7;
  make_corpus(folder.path() / "seven", options);
  const auto files = testing::files_of(folder.path() / "seven/posts");
  EXPECT_EQ(files.size(), 7U);
  std::string together;
  for (const fs::path& file : files) together += testing::text_of(file);
  EXPECT_EQ(together, testing::text_of(folder.path() / "one/posts/0000.ndjson"));
}

}  // namespace
}  // namespace shoal
