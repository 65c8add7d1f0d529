// Vectors that other models made become a feature set of posts, whoever reads which part of them.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "shoal/base/error.hpp"
#include "shoal/comm/communicator.hpp"
#include "shoal/corpus/pseudonyms.hpp"
#include "shoal/pipeline/plan.hpp"
#include "shoal/pipeline/run.hpp"
#include "shoal/pipeline/verify.hpp"
#include "shoal/store/h5ad_reader.hpp"
#include "support/shared_folder.hpp"

namespace shoal {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using testing::world;
namespace fs = std::filesystem;

constexpr std::int64_t kPosts = 700;
/// So many numbers that a chunk holds 81 rows.
constexpr std::int64_t kColumns = 3200;

float value_of(std::int64_t vector, std::int64_t column) {
  return static_cast<float>(vector) + static_cast<float>(column) / 8192.0F;
}

/// An array as NumPy writes it: the vectors of these numbers.
std::string npy(const std::vector<std::int64_t>& vectors, std::int64_t columns = kColumns) {
  const std::string dictionary = fmt::format(
      "{{'descr': '<f4', 'fortran_order': False, 'shape': ({}, {}), }}\n", vectors.size(), columns);
  std::string text("\x93NUMPY\x01\0", 8);
  text += static_cast<char>(dictionary.size());
  text += '\0';
  text += dictionary;
  for (const std::int64_t vector : vectors) {
    for (std::int64_t column = 0; column < columns; ++column) {
      const float value = value_of(vector, column);
      text.append(reinterpret_cast<const char*>(&value), sizeof value);
    }
  }
  return text;
}

std::vector<std::int64_t> numbers(std::int64_t begin, std::int64_t end, std::int64_t step = 1) {
  std::vector<std::int64_t> all;
  for (; begin < end; begin += step) all.push_back(begin);
  return all;
}

/// A line each, from a pattern such as "ig:p{}".
std::string lines(const char* pattern, const std::vector<std::int64_t>& ids) {
  std::string text;
  for (const std::int64_t id : ids) text += fmt::format(fmt::runtime(pattern), id) + "\n";
  return text;
}

class GivenTest : public ::testing::Test {
 protected:
  GivenTest() {
    std::string posts;
    for (std::int64_t i = 0; i < kPosts; ++i) {
      posts += fmt::format(R"({}{{"url": "https://www.instagram.com/p/p{}", "tags": ["t{}"], )"
                           R"("filename": "photos/{}.jpg"}})",
                           i == 0 ? "" : ",", i, i % 3, i);
    }
    folder_.write("posts/a.json", R"({"alias": "a", "posts": [)" + posts + "]}");
  }

  void write_job(const std::string& given, bool pseudonyms = false, const std::string& rest = "") const {
    folder_.write("job.toml",
                  fmt::format("[job]\nname = \"given\"\n[corpus]\nposts = \"posts\"\npseudonyms = {}\n"
                              "pseudonym_key = \"key\"\n"
                              "[features.tags]\n[features.mine]\nkind = \"given\"\n{}\n{}",
                              pseudonyms, given, rest));
  }

  [[nodiscard]] RunOptions options(const std::string& out) const {
    RunOptions options;
    options.job_file = folder_ / "job.toml";
    options.out = folder_ / out;
    options.device = Device::cpu;
    options.threads = 1;
    return options;
  }

  void run(const std::string& out = "out") const { run_job(world(), options(out)); }

  void expect_same_alone(const std::string& out) const {
    if (world().is_root()) {
      const auto alone = make_single_rank();
      run_job(*alone, options("alone"));
      for (const char* file : {"posts.h5ad", "report.html", "quarantine.csv"})
        EXPECT_EQ(text_of(out + "/" + file), text_of(std::string("alone/") + file)) << file;
    }
    world().barrier();
  }

  [[nodiscard]] std::string text_of(const std::string& path) const {
    const auto bytes = read_file(folder_ / path);
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
  }

  [[nodiscard]] H5adFile posts(const std::string& out = "out") const {
    return H5adFile(folder_ / (out + "/posts.h5ad"));
  }

  /// The vector of each row of a file, by its first number; -1 where it has none.
  [[nodiscard]] static std::vector<std::int64_t> vectors_of(const H5adFile& file) {
    std::vector<std::int64_t> vectors;
    const auto present = file.integers("obs/mine_present");
    const ArrayInfo rows = file.array("obsm/mine");
    for (std::int64_t row = 0; row < file.rows(); ++row) {
      const auto values = file.number_rows(rows, row, 1);
      const bool there = present[static_cast<std::size_t>(row)] != 0;
      const auto vector = static_cast<std::int64_t>(values[0]);
      for (std::size_t column = 0; column < values.size(); column += 100)
        EXPECT_EQ(values[column], there ? value_of(vector, static_cast<std::int64_t>(column)) : 0.0);
      vectors.push_back(there ? vector : -1);
    }
    return vectors;
  }

  [[nodiscard]] std::int64_t count(const std::string& name, const std::string& out = "out") const {
    return posts(out).uns("uns/shoal").integer("vectors/mine/" + name, -1);
  }

  [[nodiscard]] std::string refusal(const std::string& given) const {
    write_job(given);
    try {
      run("refused");
    } catch (const Error& error) {
      return fmt::format("{}: {}", static_cast<int>(error.code()), error.what());
    }
    return "taken";
  }

  testing::SharedFolder folder_;
};

TEST_F(GivenTest, FindVectorsByTheIdsOfPostsInAnyOrder) {
  // Every second post from the last on, in two files, one with shortcodes, and vectors of nobody.
  const auto low = numbers(0, 350, 2);
  std::vector<std::int64_t> high = numbers(350, 900, 2);
  std::ranges::reverse(high);
  folder_.write("v/0.npy", npy(low));
  folder_.write("v/1.npy", npy(high));
  folder_.write("v/0.txt", lines("ig:p{}", low));
  folder_.write("v/1.csv", "id,label\n" + lines("p{},x", high));
  write_job("path = \"v/*.npy\"\nids = [\"v/0.txt\", \"v/1.csv\"]", false,
            "[[cluster]]\nname = \"near\"\nof = \"mine\"\nk = 2\nn_init = 1\n");
  run();
  const auto vectors = vectors_of(posts());
  ASSERT_EQ(std::ssize(vectors), kPosts);
  for (std::int64_t row = 0; row < kPosts; ++row)
    EXPECT_EQ(vectors[static_cast<std::size_t>(row)], row % 2 == 0 ? row : -1);
  EXPECT_EQ(count("read"), 450);
  EXPECT_EQ(count("used"), 350);
  EXPECT_EQ(count("surplus"), 100);
  EXPECT_EQ(count("posts"), 350);
  EXPECT_EQ(count("missing"), 350);
  EXPECT_EQ(count("by_post"), 350);
  EXPECT_EQ(posts().categorical("obs/near").codes[1], -1) << "a post without a vector is in no group";
  EXPECT_THAT(text_of("out/report.html"), HasSubstr("Vectors given as mine"));
  EXPECT_THAT(text_of("out/report.html"), Not(HasSubstr("this is a defect")));
  expect_same_alone("out");
}

TEST_F(GivenTest, FindVectorsByTheNamesOfPhotos) {
  folder_.write("v.npy", npy(numbers(0, 6)));
  // As it stands, with more folders, as an address, without folders; one of nobody, one that is a post's id.
  folder_.write("ids.txt",
                "photos/0.jpg\n/home/me/photos/1.jpg\nhttps://a.b/x/photos/2.jpg?x=1\n3.jpg\n9999.jpg\np5\n");
  write_job("path = \"v.npy\"\nids = \"ids.txt\"");
  run();
  auto vectors = vectors_of(posts());
  vectors.resize(6);
  EXPECT_THAT(vectors, ::testing::ElementsAre(0, 1, 2, 3, -1, 5));
  EXPECT_EQ(count("by_image"), 4);
  EXPECT_EQ(count("by_post"), 1);
  write_job("path = \"v.npy\"\nids = \"ids.txt\"\nmatch = \"image\"");
  run("images");
  EXPECT_EQ(count("by_post", "images"), 0);
  EXPECT_EQ(count("surplus", "images"), 2);
}

TEST_F(GivenTest, GiveOneVectorToAllPostsOfAPhotoButNotToPhotosOfOneName) {
  folder_.write("posts/a.json", R"({"alias": "a", "posts": [)"
                                R"({"url": "https://www.instagram.com/p/p0", "filename": "x/1.jpg"},)"
                                R"({"url": "https://www.instagram.com/p/p1", "filename": "x/1.jpg"},)"
                                R"({"url": "https://www.instagram.com/p/p2", "filename": "x/2.jpg"},)"
                                R"({"url": "https://www.instagram.com/p/p3", "filename": "y/2.jpg"}]})");
  folder_.write("v.npy", npy(numbers(5, 8)));
  folder_.write("ids.txt", "1.jpg\n2.jpg\ny/2.jpg\n");
  write_job("path = \"v.npy\"\nids = \"ids.txt\"");
  run();
  EXPECT_THAT(vectors_of(posts()), ::testing::ElementsAre(5, 5, -1, 7));
  EXPECT_EQ(count("used"), 2);
  EXPECT_EQ(count("unusable"), 1);
  EXPECT_THAT(text_of("out/quarantine.csv"), HasSubstr("vector,\"v.npy\",1,vectors,\"several photos"));
  expect_same_alone("out");
}

TEST_F(GivenTest, TakeTheFirstOfTwoVectorsUnderOneId) {
  folder_.write("a.npy", npy({1, 2, 3, 2}));
  folder_.write("a.txt", "p1\np2\np3\np2\n");
  folder_.write("b.npy", npy({9, 3, 9}));
  folder_.write("b.txt", "p1\nig:p3\np4\n");
  // Files count by their names, not by their order in the job.
  write_job("path = [\"b.npy\", \"a.npy\"]\nids = [\"b.txt\", \"a.txt\"]");
  run();
  auto vectors = vectors_of(posts());
  vectors.resize(5);
  EXPECT_THAT(vectors, ::testing::ElementsAre(-1, 1, 2, 3, 9));
  EXPECT_EQ(count("used"), 4);
  EXPECT_EQ(count("merged"), 2);
  EXPECT_EQ(count("unusable"), 1);
  EXPECT_THAT(text_of("out/quarantine.csv"), HasSubstr("vector,\"b.npy\",0,vectors,\"another vector"));
  expect_same_alone("out");
}

TEST_F(GivenTest, ReadTheStudysJsonFiles) {
  folder_.write("e/im_embed_0.json",
                R"({"0.jpg": ["0.5", "1"], "1.jpg": ["2", "x"], "2.jpg": ["3", "4", "5"]})");
  folder_.write("e/im_embed_1.json", R"({"3.jpg": [1, NaN], "4.jpg": [6, 7], "": [8, 9]})");
  write_job("path = \"e/im_embed_*.json\"");
  run();
  const auto values = posts().numbers("obsm/mine");
  EXPECT_EQ(std::vector(values.begin(), values.begin() + 10),
            (std::vector<double>{0.5, 1, 0, 0, 0, 0, 0, 0, 6, 7}));
  EXPECT_EQ(count("unusable"), 4);
  const std::string quarantine = text_of("out/quarantine.csv");
  EXPECT_THAT(quarantine,
              HasSubstr("vector,\"im_embed_0.json\",1,vectors,\"the vector holds a value that is no number"));
  EXPECT_THAT(quarantine, HasSubstr("im_embed_0.json\",2,vectors,\"the vector has 3 numbers"));
  EXPECT_THAT(quarantine,
              HasSubstr("im_embed_1.json\",0,vectors,\"the vector holds a number that is not finite"));
  EXPECT_THAT(quarantine, HasSubstr("im_embed_1.json\",2,vectors,\"the vector has no id"));
  expect_same_alone("out");
}

TEST_F(GivenTest, ReadTheResultsOfShoalItself) {
  folder_.write("v.npy", npy(numbers(0, 300)));
  folder_.write("ids.txt", lines("p{}", numbers(0, 300)));
  write_job("path = \"v.npy\"\nids = \"ids.txt\"");
  run("first");
  write_job("path = \"first/posts.h5ad\"\nkey = \"obsm/mine\"");
  run();
  auto expected = numbers(0, 300);
  expected.resize(kPosts, 0);
  const auto present = posts().integers("obs/mine_present");
  const ArrayInfo rows = posts().array("obsm/mine");
  for (std::int64_t row = 0; row < kPosts; row += 13)
    EXPECT_EQ(posts().number_rows(rows, row, 1)[0], expected[static_cast<std::size_t>(row)]);
  EXPECT_EQ(count("posts"), kPosts) << "a row of zeros in another file is a vector like any other";
  EXPECT_EQ(present.back(), 1);
  expect_same_alone("out");
}

TEST_F(GivenTest, MatchTrueIdsAndPseudonymsUnderPseudonyms) {
  folder_.write("key", std::string(32, 'k'));
  const std::vector<std::byte> key(32, std::byte{'k'});
  const std::string pseudonym = Pseudonyms(key).of(pseudonym_kind::kPost, "ig:p3");
  folder_.write("v.npy", npy(numbers(0, 5)));
  folder_.write("ids.txt", "ig:p0\np1\n2.jpg\n" + pseudonym + "\nnobody\n");
  write_job("path = \"v.npy\"\nids = \"ids.txt\"", true);
  run();
  const auto names = posts().strings("obs/_index");
  const auto vectors = vectors_of(posts());
  for (std::int64_t row = 0; row < kPosts; ++row) {
    std::int64_t expected = -1;
    for (std::int64_t post = 0; post < 4; ++post) {
      if (names[static_cast<std::size_t>(row)] ==
          Pseudonyms(key).of(pseudonym_kind::kPost, fmt::format("ig:p{}", post)))
        expected = post;
    }
    EXPECT_EQ(vectors[static_cast<std::size_t>(row)], expected);
  }
  EXPECT_EQ(count("posts"), 4);
  EXPECT_THAT(verify_results(world(), {.results = folder_ / "out"}).findings, IsEmpty());
  expect_same_alone("out");
}

TEST_F(GivenTest, CheckPlanAndVerifyTellOfThem) {
  folder_.write("v.npy", npy(numbers(690, 710)));
  folder_.write("ids.txt", lines("p{}", numbers(690, 710)));
  write_job("path = \"v.npy\"\nids = \"ids.txt\"", false,
            "[[cluster]]\nname = \"c\"\nof = \"mine\"\nk = 3\nn_init = 1\n");
  EXPECT_THAT(check_job(world(), options("out")).text,
              HasSubstr("20 vectors of 3200 numbers: 10 used, 0 merged, 10 without a post, 0 in quarantine; "
                        "10 posts have one, 690 would have none"));
  const PlanSummary plan = plan_job(world(), options("out"), {});
  if (world().is_root()) EXPECT_THAT(plan.text, HasSubstr("vectors of 3200 numbers in 1 files for 'mine'"));
  EXPECT_FALSE(fs::exists(folder_ / "out"));
  run();
  const Verification verification = verify_results(world(), {.results = folder_ / "out"});
  EXPECT_THAT(verification.findings, IsEmpty());
  EXPECT_THAT(verification.checked, Contains("vectors of 'mine' against their files"));
  // Another vector, though its post is not sampled.
  folder_.write("v.npy", npy(numbers(691, 711)));
  EXPECT_THAT(verify_results(world(), {.results = folder_ / "out"}).findings,
              Contains(HasSubstr("the vectors of 'mine' are not those that the run read")));
}

TEST_F(GivenTest, AreKnownByWhatTheyHoldAndNotByTheirFile) {
  folder_.write("v.npy", npy(numbers(0, 90)));
  folder_.write("ids.txt", lines("p{}", numbers(0, 90)));
  write_job("path = \"v.npy\"\nids = \"ids.txt\"");
  run();
  const auto keys = nlohmann::json::parse(text_of("out/run.json"))["stage_keys"];
  folder_.write("elsewhere/w.npy", npy(numbers(0, 90)));
  folder_.write("elsewhere/i.csv", "id,n\n" + lines("p{},1", numbers(0, 90)));
  write_job("path = \"elsewhere/w.npy\"\nids = \"elsewhere/i.csv\"");
  run("same");
  EXPECT_EQ(nlohmann::json::parse(text_of("same/run.json"))["stage_keys"], keys);
  EXPECT_EQ(text_of("same/posts.h5ad"), text_of("out/posts.h5ad"));
  std::string text = npy(numbers(0, 90));
  text.back() ^= 1;
  folder_.write("v.npy", text);
  write_job("path = \"v.npy\"\nids = \"ids.txt\"");
  run("other");
  EXPECT_NE(nlohmann::json::parse(text_of("other/run.json"))["stage_keys"], keys);
}

TEST_F(GivenTest, SayWhatIsWrongWithFilesBeforePostsAreRead) {
  folder_.write("v.npy", npy(numbers(0, 50)));
  folder_.write("cut.npy", npy(numbers(0, 50)).substr(0, 99'999));
  folder_.write("narrow.npy", npy(numbers(0, 50), 3));
  folder_.write("ids.txt", lines("p{}", numbers(0, 50)));
  folder_.write("few.txt", lines("p{}", numbers(0, 49)));
  folder_.write("odd.bin", "something else");
  folder_.write("cut.json", R"({"1.jpg": [1, 2], "2.jpg": [3)");
  const auto with_ids = [](const char* file, const char* ids) {
    return fmt::format("path = \"{}\"\nids = \"{}\"", file, ids);
  };
  EXPECT_THAT(refusal(with_ids("cut.npy", "ids.txt")), HasSubstr("cut.npy' is cut off: its 50 rows"));
  EXPECT_THAT(refusal(with_ids("v.npy", "few.txt")), HasSubstr("few.txt' has 49 ids"));
  EXPECT_THAT(refusal(with_ids("v.npy", "gone.txt")),
              HasSubstr("gone.txt' under [features.mine] ids is not there"));
  EXPECT_THAT(refusal(with_ids("gone.npy", "ids.txt")), HasSubstr("under [features.mine] path is not there"));
  EXPECT_THAT(refusal(with_ids("n*.npz", "ids.txt")), HasSubstr("nothing matches"));
  EXPECT_THAT(refusal(with_ids("posts", "ids.txt")), HasSubstr("3: '"));
  EXPECT_THAT(refusal(with_ids("odd.bin", "ids.txt")), HasSubstr("odd.bin' holds no vectors"));
  EXPECT_THAT(refusal("path = \"v.npy\""), HasSubstr("has no 'ids'"));
  EXPECT_THAT(refusal("path = [\"v.npy\", \"narrow.npy\"]\nids = [\"ids.txt\", \"ids.txt\"]"),
              HasSubstr("have 3200 numbers, and those of"));
  EXPECT_THAT(refusal("path = \"v.npy\"\nids = [\"ids.txt\", \"few.txt\"]"),
              HasSubstr("names 2 files of ids and 1"));
  EXPECT_THAT(refusal("path = \"cut.json\""), HasSubstr("3: "));
  EXPECT_THAT(refusal("path = \"cut.json\""), HasSubstr("behind 1 members it breaks off"));
  EXPECT_THAT(refusal("path = []"), HasSubstr("2: "));
  EXPECT_THAT(refusal(with_ids("v.npy", "ids.txt") + "\nmatch = \"name\""),
              HasSubstr("it may be either, post, image"));
}

TEST_F(GivenTest, AClusteringRefusesToHaveNothing) {
  folder_.write("v.npy", npy(numbers(0, 2)));
  folder_.write("ids.txt", "nobody\nnothing\n");
  write_job("path = \"v.npy\"\nids = \"ids.txt\"", false,
            "[[cluster]]\nname = \"c\"\nof = \"mine\"\nk = 3\n");
  std::string said;
  try {
    run();
  } catch (const UsageError& error) {
    said = error.what();
  }
  EXPECT_THAT(said, HasSubstr("none of the 2 vectors of [features.mine] belongs to a post"));
}

}  // namespace
}  // namespace shoal
