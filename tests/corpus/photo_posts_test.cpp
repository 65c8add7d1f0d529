// Photos are posts only where nothing else is: on any number of ranks.
#include "photo_posts.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "given_formats.hpp"
#include "shoal/corpus/image_sources.hpp"
#include "support/shared_folder.hpp"

namespace shoal {
namespace {

using testing::of_all_ranks;
using testing::SharedFolder;
using testing::world;
using Texts = std::vector<std::string>;

const std::string kJpeg = "\xFF\xD8\xFF\xE0 and so on";
const std::string kPng = "\x89PNG\r\n\x1A\n and so on";
const std::string kWebp = "RIFF\x10\x20\x30\x40WEBPVP8 ";

struct Read {
  Texts images;
  Texts ids;
  std::int64_t ignored = 0;
  std::int64_t quarantined = 0;
};

Read read(const std::vector<std::string>& paths) {
  std::vector<PathPattern> patterns;
  for (const std::string& path : paths) patterns.push_back({"", path});
  Listing listing = list_units(world(), patterns);
  const Corpus corpus = read_corpus(world(), share_by_size(world(), std::move(listing.units)), {});
  Read result;
  for (const Post& post : corpus.posts) {
    result.images.push_back(post.image);
    result.ids.push_back(post.id);
  }
  result.images = of_all_ranks(result.images);
  result.ids = of_all_ranks(result.ids);
  result.ignored = listing.ignored_files + corpus.ignored_files;
  result.quarantined = corpus.accounting.quarantined;
  return result;
}

void write_photos(const SharedFolder& folder) {
  folder.write("a/1.jpg", kJpeg);
  folder.write("a/b/2.PNG", kPng);
  folder.write("a/b/3.webp", kWebp);
  folder.write("a/b/._2.PNG", kPng);
  folder.write("a/b/copy of 1.jpeg", kJpeg);
  folder.write("a/list.pdf", "%PDF");
}

TEST(PhotoPosts, AFolderOfPhotosAloneIsACorpus) {
  const SharedFolder folder;
  write_photos(folder);
  folder.write("a/read me.txt", "These are my photos.\n");
  folder.write("a/text.jpg", "no photo");
  const Read all = read({folder / "a"});
  EXPECT_EQ(all.images, (Texts{"1.jpg", "b/2.PNG", "b/3.webp", "b/copy of 1.jpeg"}));
  EXPECT_EQ(all.ignored, 2) << "the PDF and the text";
  EXPECT_EQ(all.quarantined, 1) << "text.jpg";
  Texts ids = all.ids;
  std::ranges::sort(ids);
  EXPECT_EQ(std::ranges::unique(ids).begin(), ids.end()) << "a copy is another photo";
  for (const std::string& id : ids) EXPECT_TRUE(id.starts_with("file:")) << id;
}

TEST(PhotoPosts, AFolderWithPostsNeverTurnsItsPhotosIntoPosts) {
  const SharedFolder folder;
  write_photos(folder);
  folder.write("p/posts.txt", "{sea,sky}\n");
  folder.write("a/b/c/d/bad.json", "no JSON");
  const Read with_bad = read({folder / "a"});
  EXPECT_EQ(with_bad.images, Texts{});
  EXPECT_EQ(with_bad.quarantined, 1);
  EXPECT_EQ(with_bad.ignored, 5);
}

TEST(PhotoPosts, NorDoesOneBesideAnotherFolderOrFileWithPosts) {
  const SharedFolder folder;
  write_photos(folder);
  folder.write("p/posts.txt", "{sea,sky}\n");
  EXPECT_EQ(read({folder / "a", folder / "p"}).images, Texts{""});
  EXPECT_EQ(read({folder / "a", folder / "p/posts.txt"}).images, Texts{""});
}

TEST(PhotoPosts, PhotosThatTheJobNamesItselfAreAlwaysPosts) {
  const SharedFolder folder;
  write_photos(folder);
  folder.write("p/posts.txt", "{sea,sky}\n");
  EXPECT_EQ(read({folder / "a/b/*.[Pw]*", folder / "p"}).images, (Texts{"2.PNG", "3.webp", ""}));
  EXPECT_EQ(read({folder / "a/1.jpg"}).images, Texts{"1.jpg"});
}

TEST(ImageSourcesOfPosts, AreTheFoldersThatNamesStartFromAndNamedArchives) {
  const SharedFolder folder;
  write_photos(folder);
  folder.write("a/shard.tar", "");
  folder.write("z/posts.zip", "PK\x05\x06");
  folder.write("p/posts.txt", "{sea,sky}\n");
  Texts paths;
  for (const ImageSource& source : list_image_sources_of_posts({{"", folder / "a"},
                                                                {"", folder / "p/posts.txt"},
                                                                {"", folder / "z/posts.zip"},
                                                                {"", folder / "p/*.txt"}}))
    paths.push_back(source.path.substr((folder / "").size()) + (source.shard ? " shard" : ""));
  EXPECT_EQ(paths, (Texts{"a", "a/shard.tar shard", "p", "z/posts.zip shard"}));
}

}  // namespace
}  // namespace shoal
