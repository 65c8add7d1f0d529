// What a mapping reads, and what is proposed for files as platforms and programs write them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "csv_text.hpp"
#include "read_text.hpp"
#include "shoal/corpus/mapping.hpp"
#include "support/csv_cuts.hpp"
#include "support/files.hpp"
#include "support/packed.hpp"
#include "support/scratch_folder.hpp"

namespace shoal {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;
using testing::read_text;
using testing::reasons;
using Names = std::vector<std::string>;

ReadRules mapping(ColumnMapping columns) {
  ReadRules rules;
  rules.platform = "x";
  rules.columns = std::move(columns);
  return rules;
}

/// A text as the columns read it that are proposed for it.
ReadResult read_as_proposed(const std::string& text) {
  const auto proposed = propose_columns(text);
  return read_text(text, mapping(proposed ? proposed->columns : ColumnMapping{}));
}

TEST(Mapping, OfColumnsThatATableHasBeatsTheImageTable) {
  const std::string table =
      "id,filename,description,likes,created,user,year\n"
      "1,a.jpg,one #a,3,2020-01-01,anna,2020\n2,b.jpg,two,4,2020-01-02,bea,2020\n";
  const ReadResult known = read_text(table);
  EXPECT_EQ(known.format, "image table");
  const ReadResult mapped = read_text(
      table, mapping({{"id", "id"}, {"likes", "likes"}, {"taken_at", "Created"}, {"creator", "user"}}));
  EXPECT_EQ(mapped.format, "mapped table");
  ASSERT_EQ(mapped.posts.size(), 2u) << ::testing::PrintToString(reasons(mapped));
  EXPECT_EQ(mapped.posts[1].post.id, "x:2");
  EXPECT_EQ(mapped.posts[1].post.likes.value, 4);
  EXPECT_EQ(mapped.posts[1].post.creator, "x:bea");
  const ReadResult other = read_text(table, mapping({{"id", "id"}, {"likes", "favs"}}));
  EXPECT_EQ(other.format, "image table") << "the mapping is of another table";
  EXPECT_EQ(other.posts.size(), 2u);
}

TEST(Mapping, ReadsItemsOfOtherPlatformsThatZeeschuimerCollected) {
  const auto item = [](const std::string& platform, const std::string& data) {
    return R"({"item_id": "7", "source_platform": ")" + platform + R"(", "data": )" + data + "}\n";
  };
  const std::string text =
      item("tiktok.com", R"({"id": "7", "desc": "sun #sea", "author": {"uniqueId": "anna"}})") +
      item("instagram.com", R"({"code": "CabcdefghiJ", "caption": {"text": "own"}})");
  const ReadResult unmapped = read_text(text);
  EXPECT_EQ(unmapped.posts.size(), 1u);
  EXPECT_THAT(reasons(unmapped), ElementsAre(AllOf(HasSubstr("'tiktok.com', which is not read"),
                                                   HasSubstr("[corpus.columns]"))));
  for (const bool as_list : {false, true}) {
    const std::string shown =
        as_list ? "[" + text.substr(0, text.find('\n')) + "," + text.substr(text.find('\n')) + "]" : text;
    const ReadResult result = read_as_proposed(shown);
    ASSERT_EQ(result.posts.size(), 2u) << ::testing::PrintToString(reasons(result));
    EXPECT_EQ(result.posts[0].post.id, "x:7");
    EXPECT_EQ(result.posts[0].post.caption, "sun #sea");
    EXPECT_EQ(result.posts[0].post.creator, "x:anna");
    EXPECT_EQ(result.posts[1].post.caption, "own") << "Instagram's are read as they were";
  }
}

TEST(Mapping, AnEnvelopeMayHaveAFieldToo) {
  const std::string text =
      R"({"id": "9", "media": {"data": [{"id": "1", "caption": "a", "timestamp": "2020-01-01T00:00:00+0000"},
 {"id": "2", "caption": "b", "timestamp": "2020-01-01T00:00:00+0000"}]}})";
  for (const char line_end : {' ', '\n'}) {
    std::string shown = text;
    shown[shown.find('\n')] = line_end;
    const ReadResult result = read_as_proposed(shown);
    ASSERT_EQ(result.posts.size(), 2u) << ::testing::PrintToString(reasons(result));
    EXPECT_THAT(reasons(result), ElementsAre());
    EXPECT_EQ(result.posts[1].post.id, "x:2");
    EXPECT_EQ(result.posts[1].post.caption, "b");
  }
}

TEST(Mapping, OfRecordsInAnObjectEach) {
  const ReadResult result = read_as_proposed(
      R"({"kind": "Listing", "data": {"after": null, "children": [)"
      R"({"kind": "t3", "data": {"id": "a1", "title": "A", "author": "anna", "created_utc": 1580515200.0}},)"
      R"({"kind": "t3", "data": {"id": "a2", "title": "B", "author": "bea", "created_utc": 1580515201.0}}]}})");
  ASSERT_EQ(result.posts.size(), 2u) << ::testing::PrintToString(reasons(result));
  EXPECT_EQ(result.posts[0].post.id, "x:a1");
  EXPECT_EQ(result.posts[1].post.caption, "B");
  EXPECT_EQ(result.posts[1].post.creator, "x:bea");
}

TEST(Mapping, WhatIsNoPostInAWrappedListCostsItselfAlone) {
  const std::string text =
      R"({"data": [{"type": "ad"}, null, {"id": "1", "text": "a"}, {"id": "2", "text": "b"}]})";
  const ReadResult result = read_text(text, mapping({{"id", "id"}, {"caption", "text"}}));
  EXPECT_EQ(result.posts.size(), 2u);
  EXPECT_EQ(result.quarantined_records, 2);
  const auto proposed = propose_columns(text);
  ASSERT_TRUE(proposed);
  EXPECT_EQ(proposed->columns.at("caption"), "text");
}

TEST(Mapping, AnswersToAPostAreNoPosts) {
  const ReadRules rules = mapping({{"id", "id"}, {"caption", "text"}, {"creator", "user"}});
  for (const char* post :
       {R"({"id": "1", "text": null, "user": "anna", "replies": [{"id": "2", "text": "a", "user": "bea"}]})",
        R"({"id": "1", "text": "a", "replies": {"data": [{"id": "2", "text": "b"}]}})"}) {
    const ReadResult result = read_text(post, rules);
    ASSERT_EQ(result.posts.size(), 1u) << post;
    EXPECT_EQ(result.posts[0].post.id, "x:1");
  }
}

TEST(Mapping, IsProposedForListsOfObjects) {
  struct Case {
    std::string text, tags, mentions;
  };
  const std::string mastodon =
      R"({"id": "109", "content": "c", "account": {"acct": "anna"}, "tags": [], "mentions": []})"
      "\n"
      R"({"id": "110", "content": "c", "account": {"acct": "anna"}, "tags": [{"name": "sun", "url": "x"}],)"
      R"( "mentions": [{"id": "8", "acct": "bea@example.org"}]})";
  const std::string twitter =
      R"({"id": 1050118621198921728, "full_text": "a", "user": {"screen_name": "anna"}, "entities": {"hashtags": )"
      R"([{"text": "sun", "indices": [8, 13]}], "user_mentions": [{"screen_name": "bea"}]}})";
  const std::string x =
      R"({"data": [{"id": "1", "text": "a", "author_id": "22", "public_metrics": {"like_count": 3}, )"
      R"("entities": {"hashtags": [{"start": 1, "tag": "sun"}], "mentions": [{"username": "bea"}]}}],)"
      R"( "includes": {"users": [{"id": "22", "username": "anna"}]}})";
  for (const Case& each : {Case{mastodon, "tags.name", "mentions.acct"},
                           Case{twitter, "entities.hashtags.text", "entities.user_mentions.screen_name"},
                           Case{x, "entities.hashtags.tag", "entities.mentions.username"}}) {
    const auto proposed = propose_columns(each.text);
    ASSERT_TRUE(proposed);
    EXPECT_THAT(proposed->columns, ::testing::Contains(Pair("tags", each.tags)));
    EXPECT_THAT(proposed->columns, ::testing::Contains(Pair("mentions", each.mentions)));
    const ReadResult result = read_as_proposed(each.text);
    ASSERT_FALSE(result.posts.empty());
    EXPECT_THAT(reasons(result), ElementsAre()) << each.text;
    EXPECT_EQ(result.posts.back().post.tags, Names{"sun"});
    ASSERT_EQ(result.posts.back().post.mentions.size(), 1u);
    EXPECT_THAT(result.posts.back().post.mentions[0], HasSubstr("bea"));
  }
}

TEST(Mapping, IsProposedForPackedFiles) {
  const testing::ScratchFolder folder;
  const std::string table = "id,text,likes\n1,a,3\n2,b,4\n";
  const std::string lines = R"({"id": "1", "text": "a"})"
                            "\n";
  const ColumnMapping of_table{{"id", "id"}, {"caption", "text"}, {"likes", "likes"}};
  const ColumnMapping of_lines{{"id", "id"}, {"caption", "text"}};
  const auto columns = [&](const std::string& name, std::string_view bytes) {
    const auto proposed = propose_columns_for(testing::write_below(folder.path(), name, bytes));
    return proposed ? proposed->columns : ColumnMapping{};
  };
  EXPECT_EQ(columns("a.csv", "\xEF\xBB\xBF" + table), of_table);
  EXPECT_EQ(columns("a.csv.gz", testing::packed(table, "gzip")), of_table);
  EXPECT_EQ(columns("a.zip",
                    testing::zipped({{"z.csv", table}, {"b.ndjson", lines}, {"a.csv", "a,filename,tags\n"}})),
            of_lines);
  EXPECT_EQ(columns("b.zip", testing::zipped({{"a.csv.gz", testing::packed(table, "gzip")}})), of_table);
  EXPECT_EQ(columns("c.zip", testing::zipped({{"a.txt", "nothing"}})), ColumnMapping{});
}

TEST(Mapping, OfATableWhoseFirstLineNamesTheDelimiter) {
  for (const char* line_end : {"\n", "\r\n"}) {
    const std::string end = line_end;
    const std::string table = "sep=;" + end + "id;text;likes" + end + "1;a, b;3" + end + "2;c;4" + end;
    const ReadResult result = read_as_proposed(table);
    ASSERT_EQ(result.posts.size(), 2u) << ::testing::PrintToString(reasons(result));
    EXPECT_EQ(result.posts[0].post.caption, "a, b");
    EXPECT_EQ(result.posts[0].record, 0);
    EXPECT_EQ(result.posts[1].post.likes.value, 4);
    const CsvDialect dialect = dialect_of(table);
    const auto whole = testing::rows_of(table, dialect);
    EXPECT_EQ(whole.size(), 3u);
    for (std::size_t cut = 1; cut < table.size(); ++cut)
      EXPECT_EQ(testing::rows_of_parts(table, dialect, {cut}), whole) << cut;
  }
  EXPECT_EQ(testing::rows_of("a;b\nsep=;\n", dialect_of("a;b\nsep=;\n")).size(), 2u)
      << "a row, where no first line names the delimiter";
  EXPECT_FALSE(dialect_of("sep=;a\nb;c\n").is_named);
}

TEST(JsonLines, ACommaBehindAnObjectIsPassedOver) {
  const ReadResult result = read_text(
      "{\"id\": \"1\", \"text\": \"a,\"},\r\n{\"id\": \"2\", \"text\": \"b\"} , \n{\"id\": \"3\", \"text\": "
      "\"c\"}\n,\n",
      mapping({{"id", "id"}, {"caption", "text"}}));
  ASSERT_EQ(result.posts.size(), 3u) << ::testing::PrintToString(reasons(result));
  EXPECT_EQ(result.posts[0].post.caption, "a,");
  EXPECT_EQ(result.posts[2].record, 2);
  EXPECT_EQ(result.quarantined_records, 1) << "a comma alone is no record of the list";
}

}  // namespace
}  // namespace shoal
