// Tables that are known by their columns, and those that a job maps.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "read_text.hpp"
#include "shoal/corpus/mapping.hpp"

namespace shoal {
namespace {

using ::testing::ElementsAre;
using testing::format_of;
using ::testing::HasSubstr;
using testing::read_text;
using testing::reasons;
using Names = std::vector<std::string>;

TEST(LikesTable, FindsItsColumnsByTheHeaderInAnyOrder) {
  const std::string table =
      "tags,numberLikes,url,description,alias,isVideo,urlImage,filename,numberFollowers,date,mentions\r\n"
      "\"['#a', '#b']\",\"1,234\",https://www.instagram.com/p/AAA/,\"two\nlines #c\",Anna,False,"
      "\"['u1', 'u2']\",\"['1.jpg', '2.jpg']\",50,2017-04-29T05:00:00.000Z,[]\r\n"
      "[], 7,https://www.instagram.com/p/BBB/,,anna,True,u3,3.jpg,50,2017-04-29T05:00:00.000Z,['@ben']\r\n";
  ASSERT_EQ(format_of(table), "like-prediction table");
  const ReadResult result = read_text(table, {.tags_from = TagsFrom::both});
  ASSERT_EQ(result.posts.size(), 2u) << ::testing::PrintToString(reasons(result));
  EXPECT_THAT(reasons(result), ElementsAre());
  const Post& first = result.posts[0].post;
  EXPECT_EQ(first.caption, "two\nlines #c");
  EXPECT_EQ(first.tags, (Names{"c", "a", "b"}));
  EXPECT_EQ(first.likes.value, 1234);
  EXPECT_EQ(first.media, MediaKind::album);
  EXPECT_EQ(first.image, "1.jpg");
  EXPECT_EQ(result.posts[1].post.media, MediaKind::video);
  EXPECT_EQ(result.posts[1].post.mentions, Names{"ben"});
  ASSERT_EQ(result.accounts().size(), 1u);
  EXPECT_EQ(result.accounts()[0].followers.value, 50);
}

TEST(Tables, AShiftedRowIsQuarantinedAndItsNeighboursAreRead) {
  const ReadResult result = read_text(
      "id;body;author;url;media_type;num_likes\n"
      "AAA;x;anna;;photo;1\n"
      "BBB;y;anna;photo;2\n"
      "CCC;z;anna;;photo;3;;\n"
      "DDD;z;anna;;photo;3;4\n");
  EXPECT_EQ(result.posts.size(), 2u) << "cells behind the header's that are empty shift nothing";
  EXPECT_EQ(result.quarantined_records, 2);
  EXPECT_THAT(reasons(result)[0], HasSubstr("5 cells, and the header 6"));
}

TEST(Tables, RowsOfEmptyCellsAreBlankLines) {
  const std::string blank = ";;;;;\r\n ; ;;;;\r\n;;;\r\n\"\";;;;;;;\r\n";
  const ReadResult result = read_text("id;body;author;url;media_type;num_likes\r\n" + blank +
                                      "AAA;x;anna;;photo;1\r\n" + blank + "BBB;x;anna;;photo;1\r\n" + blank);
  EXPECT_THAT(reasons(result), ElementsAre());
  ASSERT_EQ(result.posts.size(), 2u);
  EXPECT_EQ(result.posts[0].record, 0);
  EXPECT_EQ(result.posts[1].record, 1);
  EXPECT_EQ(result.quarantined_records, 0);
}

TEST(Tables, TheHeaderOnceMoreIsNoPost) {
  const std::string table = "id,body ,author,url,media_type,num_likes\nAAA,x,anna,,photo,1\n";
  const ReadResult result = read_text(table + table + "\xEF\xBB\xBF" + table);
  EXPECT_EQ(result.posts.size(), 3u);
  EXPECT_EQ(result.quarantined_records, 2);
  EXPECT_THAT(reasons(result), ::testing::Each("the row is the table's header once more, and no post"));
  ReadRules rules;
  rules.columns = {{"id", "id"}, {"caption", "text"}};
  const ReadResult mapped = read_text("id,text\n1,a\nid,text\nid,Text\n2,text\n", rules);
  EXPECT_EQ(mapped.posts.size(), 3u) << "another text is a post's";
  EXPECT_EQ(mapped.quarantined_records, 1);
}

TEST(Tables, AnOpenQuoteCostsTheRecordsThatItSwallows) {
  const ReadResult result = read_text(
      "id,body,author,url,media_type,num_likes\nAAA,x,anna,,photo,1\nBBB,\"y,anna,,photo,1\nCCC,z,anna,,"
      "photo,2\n");
  EXPECT_EQ(result.posts.size(), 1u);
  EXPECT_EQ(result.quarantined_records, 1);
}

TEST(Tables, TextThatIsNotUtf8CostsItselfAlone) {
  const ReadResult result = read_text(
      "id,body,author,url,media_type,num_likes,hashtags\nAAA,caf\xE9,anna,,photo,1,\"sun,caf\xE9\"\n");
  ASSERT_EQ(result.posts.size(), 1u);
  EXPECT_EQ(result.posts[0].post.caption, "");
  EXPECT_EQ(result.posts[0].post.tags, Names{"sun"});
  EXPECT_THAT(reasons(result),
              ElementsAre("the row's 'body' is not UTF-8", "the tag 'caf\\xe9' is not UTF-8"));
}

TEST(FourCatTable, ReadsItsColumns) {
  const ReadResult result = read_text(
      "collected_from_url,partial_item,id,timestamp,thread_id,url,body,author_id,author,author_fullname,"
      "coauthors,"
      "media_type,num_media,image_urls,hashtags,usertags,play_count,likes_hidden,num_likes,num_comments,"
      "location_name,location_latlong,unix_timestamp\n"
      "x,no,BFwgDyd5Xtg,2023-11-14 19:26:40,BFwgDyd5Xtg,https://www.instagram.com/p/BFwgDyd5Xtg,Hi "
      "#sun,9,Anna,Anna K,"
      "ben,mixed,2,\"https://x/a.jpg?a=1,2,https://x/b.jpg\",\"sun,sea\",\"carla,dora\",,yes,3,4,Rome,"
      "\"41.9,12.5\",1699990000\n",
      {.all_slides = true});
  ASSERT_EQ(result.posts.size(), 1u) << ::testing::PrintToString(reasons(result));
  EXPECT_THAT(reasons(result), ElementsAre());
  const Post& post = result.posts[0].post;
  EXPECT_EQ(post.shortcode, "BFwgDyd5Xtg");
  EXPECT_EQ(post.creator, "anna");
  EXPECT_EQ(post.taken_at, 1699990000);
  EXPECT_EQ(post.likes.missing, Missing::hidden);
  EXPECT_EQ(post.comments.value, 4);
  EXPECT_EQ(post.mentions, (Names{"carla", "dora", "ben"}));
  EXPECT_EQ(post.media, MediaKind::album);
  EXPECT_EQ(post.image, "a.jpg");
  EXPECT_EQ(post.further_images, Names{"b.jpg"});
  EXPECT_EQ(post.place.longitude, 12.5);
  EXPECT_EQ(post.tags, Names{"sun"});
}

TEST(CrowdTangleTable, TakesItsTimesWithTheirZones) {
  const ReadResult result = read_text(
      "Account,User Name,Followers at Posting,Post Created,Type,Likes,Comments,Views,URL,Link,Photo,Title,"
      "Description\n"
      "Anna K,anna,\"1,000\",2020-05-01 12:34:56 EDT,Album,10,2,0,https://www.instagram.com/p/AAA/,,"
      "https://x/p.jpg,,Hi #sun\n");
  ASSERT_EQ(result.posts.size(), 1u) << ::testing::PrintToString(reasons(result));
  EXPECT_THAT(reasons(result), ElementsAre());
  EXPECT_EQ(result.posts[0].post.taken_at, 1588350896);
  EXPECT_EQ(result.posts[0].post.taken_at_precision, TimePrecision::second);
  EXPECT_EQ(result.accounts()[0].followers.value, 1000);
  EXPECT_EQ(result.posts[0].post.shortcode, "AAA");
}

TEST(ImageTable, TakesTagsOrElseTheCategory) {
  const ReadResult result = read_text(
      "Filename,Metadata Tags,Description,Permalink,category\n"
      "a.jpg,sea|new york,By the sea,https://x/1,beach\n"
      "b.jpg,,No tags,,beach\n");
  ASSERT_EQ(result.posts.size(), 2u) << ::testing::PrintToString(reasons(result));
  EXPECT_EQ(result.posts[0].post.tags, (Names{"sea", "new york"}));
  EXPECT_EQ(result.posts[0].post.image, "a.jpg");
  EXPECT_EQ(result.posts[1].post.tags, Names{"beach"});
}

TEST(ImageTable, OfPhotosAndTheirClassesIsNoCorpusUnlessAMappingSaysSo) {
  for (const char* header :
       {"filename,label", "filename,category", "label,score,filename", "filename,lat,lng"})
    EXPECT_EQ(format_of(std::string(header) + "\na.jpg,3,4\n"), "mapped table") << header;
  for (const char* header :
       {"filename,tags", "filename,label,year", "permalink,filename", "filename,description"})
    EXPECT_EQ(format_of(std::string(header) + "\na.jpg,3,4\n"), "image table") << header;
  const std::string table = "filename,label\na.jpg,3\nb.jpg,4\n";
  EXPECT_THAT(reasons(read_text(table)), ElementsAre(HasSubstr("[corpus.columns]")));
  const ReadResult result = read_text(table, {.columns = {{"image", "filename"}, {"tags", "label"}}});
  ASSERT_EQ(result.posts.size(), 2u);
  EXPECT_EQ(result.posts[1].post.image, "b.jpg");
  EXPECT_EQ(result.posts[1].post.tags, Names{"4"});
}

TEST(MappedTable, ReadsTheColumnsThatTheJobNames) {
  ReadRules rules;
  rules.platform = "x";
  rules.columns = {{"id", "Tweet ID"}, {"caption", "text"},   {"taken_at", "created"}, {"tags", "hashtags"},
                   {"likes", "favs"},  {"creator", "handle"}, {"media", "kind"}};
  const ReadResult result = read_text(
      "Tweet ID,text,created,hashtags,favs,handle,kind,other\n"
      "123,Hello @Ben,Wed Oct 10 20:19:24 +0000 2018,\"sun, blue sea\",12.0,@Anna,video,x\n"
      "124,Hello #a,1539202764000,,,ben,photo,x\n",
      rules);
  ASSERT_EQ(result.posts.size(), 2u) << ::testing::PrintToString(reasons(result));
  EXPECT_THAT(reasons(result), ElementsAre());
  const Post& post = result.posts[0].post;
  EXPECT_EQ(post.id, "x:123");
  EXPECT_EQ(post.creator, "x:anna");
  EXPECT_EQ(post.mentions, Names{"x:ben"});
  EXPECT_EQ(post.taken_at, 1539202764);
  EXPECT_EQ(post.tags, (Names{"sun", "blue sea"}));
  EXPECT_EQ(post.likes.value, 12);
  EXPECT_EQ(post.media, MediaKind::video);
  EXPECT_EQ(result.posts[1].post.taken_at, 1539202764);
  EXPECT_EQ(result.posts[1].post.tags, Names{"a"});
}

TEST(MappedTable, RowNumbersAreNoNumbersOfInstagramsPosts) {
  ReadRules rules;
  rules.columns = {{"id", "id"}, {"taken_at", "day"}};
  const ReadResult result =
      read_text("id,day\n3,20200501\n8f14e45f-ceea,2019\n1256645293871823712,2020-05-01\n", rules);
  ASSERT_EQ(result.posts.size(), 3u) << ::testing::PrintToString(reasons(result));
  EXPECT_EQ(result.posts[0].post.id, "instagram:3");
  EXPECT_EQ(result.posts[0].post.taken_at, 1588291200);
  EXPECT_EQ(result.posts[1].post.id, "instagram:8f14e45f-ceea");
  EXPECT_EQ(result.posts[2].post.shortcode, "BFwgDyd5Xtg");
  EXPECT_THAT(reasons(result), ElementsAre("the date '2019' is none"));
}

TEST(MappedJson, ARecordWithoutAnyOfTheFieldsIsNoPost) {
  ReadRules rules;
  rules.columns = {{"caption", "text"}};
  const ReadResult result = read_text("{\"data\": [], \"meta\": 1}\n{\"text\": \"a\"}\n", rules);
  EXPECT_EQ(result.posts.size(), 1u);
  EXPECT_EQ(result.quarantined_records, 1);
}

TEST(MappedTable, ARowWithoutAnyOfTheFieldsIsNoPost) {
  ReadRules rules;
  rules.columns = {{"id", "ID"}, {"caption", "text"}};
  const ReadResult result = read_text("id,text,likes\n1,a,3\n , ,total: 3\n,b,\n", rules);
  EXPECT_EQ(result.posts.size(), 2u);
  EXPECT_EQ(result.quarantined_records, 1);
  EXPECT_THAT(reasons(result), ElementsAre("the row has none of the fields that [corpus.columns] names"));
}

TEST(MappedTable, TimesOfCollectionAreReadAsOthersAre) {
  ReadRules rules;
  rules.columns = {{"id", "id"}, {"collected_at", "seen"}};
  const ReadResult result = read_text(
      "id,seen\n1,2021-02-01T00:00:00Z\n2,1612137600\n3,1612137600000\n4,20210201\n5,2021-02-01\n"
      "6,Mon Feb 01 00:00:00 +0000 2021\n7,\n8,gestern\n9,2021\n",
      rules);
  ASSERT_EQ(result.posts.size(), 9u);
  for (std::size_t i = 0; i < 6; ++i) EXPECT_EQ(result.posts[i].post.collected_at, 1612137600) << i + 1;
  for (std::size_t i = 6; i < 9; ++i) EXPECT_EQ(result.posts[i].post.collected_at, 0) << i + 1;
  EXPECT_THAT(reasons(result), ElementsAre("the row's 'seen' is 'gestern', which is no time",
                                           "the row's 'seen' is '2021', which is no time"));
}

TEST(MappedTable, ADayOfCollectionLastsToItsEnd) {
  ReadRules rules;
  rules.columns = {{"taken_at", "created"}, {"collected_at", "seen"}};
  const ReadResult result = read_text(
      "created,seen\n2021-02-01T14:00:00Z,2021-02-01\n2021-02-02T00:00:00Z,2021-02-01\n"
      "2021-02-01T14:00:00Z,1612137600\n",
      rules);
  ASSERT_EQ(result.posts.size(), 3u);
  EXPECT_FALSE(result.posts[0].post.taken_at_doubtful);
  EXPECT_TRUE(result.posts[1].post.taken_at_doubtful);
  EXPECT_TRUE(result.posts[2].post.taken_at_doubtful);
}

/// The names of a post's images by a mapping of one cell.
Names images_of(const std::string& field, const std::string& cell) {
  ReadRules rules{.all_slides = true};
  rules.columns = {{field, "file"}};
  const ReadResult result = read_text("id\tfile\n1\t" + cell + "\n", rules);
  EXPECT_THAT(reasons(result), ElementsAre()) << cell;
  Names names;
  for (const ReadPost& read : result.posts) {
    names.push_back(read.post.image);
    names.insert(names.end(), read.post.further_images.begin(), read.post.further_images.end());
  }
  return names;
}

TEST(MappedImages, ANameMayHaveWhatElsewhereSeparates) {
  for (const char* name :
       {"my photo 1.jpg", "a, b.jpg", "a;b|c.JPG", "a.jpg, the second", "a b", "a.jpg b.jpg"})
    EXPECT_EQ(images_of("image", name), Names{name});
}

TEST(MappedImages, AreSeveralWhereEachPartIsAName) {
  for (const char* names : {"a 1.jpg, b.PNG", "a 1.jpg;b.PNG", "a 1.jpg|b.PNG|", "['a 1.jpg', 'b.PNG', '']"})
    EXPECT_EQ(images_of("image", names), (Names{"a 1.jpg", "b.PNG"})) << names;
  EXPECT_EQ(images_of("image", "a,1.jpg|b;2.webp"), (Names{"a,1.jpg", "b;2.webp"}));
}

TEST(MappedImages, AddressesStandForTheNamesThatTheyEndIn) {
  for (const char* field : {"image", "image_url"}) {
    EXPECT_EQ(images_of(field, "https://x.y/m/a.jpg?size=1,2"), Names{"a.jpg"});
    for (const char* cell : {"['https://x.y/m/a.jpg?format=jpg', 'https://x.y/m/b']",
                             "https://x.y/m/a.jpg?format=jpg, https://x.y/m/b"})
      EXPECT_EQ(images_of(field, cell), (Names{"a.jpg", "b"})) << field << ' ' << cell;
  }
  ReadRules rules{.keeps_urls = true};
  rules.columns = {{"image_url", "photos"}};
  const ReadResult result = read_text("id\tphotos\n1\t['https://x.y/a.jpg', 'https://x.y/b.jpg']\n", rules);
  ASSERT_EQ(result.posts.size(), 1u);
  EXPECT_EQ(result.posts[0].post.image_url, "https://x.y/a.jpg");
}

TEST(MappedTable, SaysWhatIsMissingOnceForTheFile) {
  const std::string table = "id,text\n1,a\n2,b\n";
  EXPECT_THAT(reasons(read_text(table)), ElementsAre(HasSubstr("[corpus.columns]")));
  ReadRules rules;
  rules.columns = {{"caption", "body"}};
  EXPECT_THAT(reasons(read_text(table, rules)),
              ElementsAre("the table has no column 'body', which [corpus.columns] names as caption"));
}

TEST(MappedJson, ReadsFieldsBelowOthers) {
  ReadRules rules;
  rules.platform = "mastodon";
  rules.columns = {{"id", "id"}, {"caption", "content"}, {"creator", "account.acct"}, {"tags", "tags"}};
  const std::string lines =
      R"({"id": "11", "content": "Hi", "account": {"acct": "anna", "x": 1}, "tags": ["sun", "sea"]})"
      "\n"
      R"({"id": "12", "content": "Ho", "account": {"acct": "ben"}})";
  const ReadResult result = read_text(lines, rules);
  ASSERT_EQ(result.posts.size(), 2u) << ::testing::PrintToString(reasons(result));
  EXPECT_EQ(result.posts[0].post.id, "mastodon:11");
  EXPECT_EQ(result.posts[0].post.creator, "mastodon:anna");
  EXPECT_EQ(result.posts[0].post.tags, (Names{"sun", "sea"}));
}

ReadRules mapping_of_x() {
  ReadRules rules;
  rules.platform = "x";
  rules.columns = {{"id", "id"}, {"caption", "text"}, {"creator", "alias"}};
  return rules;
}

TEST(MappedJson, KeysThatProfilesHaveToo) {
  const std::string lines =
      "{\"id\": 1, \"alias\": \"anna\", \"text\": \"a\"}\n{\"id\": 2, \"posts\": 7, \"text\": \"b\"}\n";
  ASSERT_EQ(format_of(lines), "mapped JSON lines");
  const ReadResult result = read_text(lines, mapping_of_x());
  ASSERT_EQ(result.posts.size(), 2u) << ::testing::PrintToString(reasons(result));
  EXPECT_EQ(result.posts[0].post.creator, "x:anna");
  EXPECT_EQ(result.posts[1].post.id, "x:2");
  const std::string one = R"({"id": 1, "alias": "anna", "text": "a"})";
  EXPECT_EQ(read_text(one, mapping_of_x()).posts.size(), 1u);
  EXPECT_THAT(reasons(read_text(one)), ElementsAre("the profile has no 'posts'"));
  EXPECT_THAT(reasons(read_text(lines)), ElementsAre(HasSubstr("[corpus.columns]")));
}

TEST(MappedJson, AProfileStaysOneWhateverTheJobMaps) {
  for (const char* text : {R"({"alias": "anna", "posts": [{"description": "a"}]})",
                           R"({"posts": [{"numberLikes": 3, "id": 4}]})",
                           R"({"numberPosts": 1, "posts": [{"id": 3, "text": "x"}]})",
                           R"({"posts": [{"url": "https://x/p/A1/"}]})"}) {
    const ReadResult result = read_text(text, mapping_of_x());
    EXPECT_EQ(result.format, "profile JSON") << text;
    EXPECT_EQ(result.posts.size(), 1u) << text;
  }
}

TEST(MappedJson, AListMayLieUnderAKey) {
  const std::string posts = R"([{"id": "1", "text": "a #x"}, {"id": "2", "text": "b"}])";
  for (const std::string& text :
       {R"({"data": )" + posts + R"(, "includes": {"users": [{"id": "9", "name": "n"}]}, "meta": {"n": 2}})",
        R"({"errors": [{"id": "9", "title": "t"}], "data": )" + posts + "}",
        R"({"users": [{"id": "9"}], "statuses": )" + posts + "}", R"({"posts": )" + posts + "}",
        R"({"users": [{"id": "9", "text": "as many fields"}], "data": )" + posts + "}",
        R"({"data": {"cursor": "7", "videos": )" + posts + R"(}, "error": {"code": "ok"}})"}) {
    for (const std::string& shown : {text, "{\n" + text.substr(1), text + "\n" + text}) {
      const ReadResult result = read_text(shown, mapping_of_x());
      const std::size_t documents = shown.size() > text.size() + 1 ? 2 : 1;
      ASSERT_EQ(result.posts.size(), 2 * documents) << shown << ::testing::PrintToString(reasons(result));
      EXPECT_THAT(reasons(result), ElementsAre()) << shown;
      EXPECT_EQ(result.posts[1].post.caption, "b");
      EXPECT_LT(result.posts[0].record, result.posts[1].record);
    }
  }
}

TEST(MappedJson, IsProposedForTheRecordsOfAListUnderAKey) {
  const auto proposed = propose_columns(
      R"({"errors": [{"title": "t"}], "data": [{"id": "1", "text": "a", "tags": ["b"], "lang": "en"}], "meta": {}})");
  ASSERT_TRUE(proposed);
  EXPECT_EQ(proposed->columns, (ColumnMapping{{"id", "id"}, {"caption", "text"}, {"tags", "tags"}}));
  EXPECT_THAT(proposed->unplaced, ElementsAre("lang"));
}

TEST(MappedJson, WhatLiesInAPostIsNoListOfPosts) {
  for (const char* line_end : {"", "\n"}) {
    const ReadResult result = read_text(
        std::string("{") + line_end + R"("id": "1", "text": "a", "data": [{"id": "2", "text": "reply"}]})",
        mapping_of_x());
    ASSERT_EQ(result.posts.size(), 1u);
    EXPECT_EQ(result.posts[0].post.id, "x:1");
  }
}

TEST(MappedJson, OfAListUnderAKeyThatBreaksOffItsWholeRecordsAreRead) {
  const ReadResult result =
      read_text("{\n\"data\": [{\"id\": \"1\", \"text\": \"a\"},\n{\"id\": \"2\", \"te", mapping_of_x());
  EXPECT_EQ(result.posts.size(), 1u);
  EXPECT_EQ(result.quarantined_records, 1);
  const ReadResult odd = read_text(
      "{\n\"data\": [{\"id\": \"1\"}, 7, {\"n\": [{\"id\": \"3\"}]}]}\n{\"data\": [{\"id\": \"4\"}]}",
      mapping_of_x());
  EXPECT_EQ(odd.posts.size(), 2u) << "a list in a list is no further one";
  EXPECT_EQ(odd.quarantined_records, 2);
}

TEST(MergedTags, CountAsOne) {
  ReadRules rules;
  rules.merged_tags = {{"climate_change", "climatechange"}};
  const ReadResult result = read_text("{climate_change, climatechange, sea, }\n{}\n{food}", rules);
  ASSERT_EQ(result.posts.size(), 3u) << ::testing::PrintToString(reasons(result));
  EXPECT_EQ(result.posts[0].post.tags, (Names{"climatechange", "sea"}));
  EXPECT_TRUE(result.posts[1].post.tags.empty());
}

}  // namespace
}  // namespace shoal
