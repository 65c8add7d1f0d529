// Job files: what is read, and the sentence for everything that is wrong.
#include "pipeline/job/job.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "shoal/base/error.hpp"
#include "shoal/base/file.hpp"

namespace shoal {
namespace {

using ::testing::HasSubstr;

const std::filesystem::path kJobs = std::filesystem::path(SHOAL_SOURCE_DIR) / "jobs";

std::optional<std::string> no_variables(const std::string&) { return std::nullopt; }

constexpr const char* kHead = "[job]\nname = \"test\"\n[corpus]\nposts = \"posts\"\n";

Job parse(const std::string& text, const Environment& environment = no_variables) {
  return parse_job(text, "/jobs/test.toml", environment);
}

std::string error_of(const std::string& text, const Environment& environment = no_variables) {
  try {
    parse(text, environment);
  } catch (const UsageError& error) {
    return error.what();
  }
  return "no error";
}

TEST(Job, ReadsAllThatItKnows) {
  const Job job = parse(R"(
[job]
name = "all"
seed = 42
[corpus]
posts = ["a/*.json", "/b"]
images = ["photos"]
keep = { media = ["image", "album"], min_tags = 2 }
pseudonyms = false
pseudonym_key = "key"
[features.tags]
kind = "tfidf"
min_df = 2
max_df = 0.5
max_features = 1000
[features.image]
kind = "vgg"
model = "vgg16_w16"
layer = "fc6_linear"
resize = 299
preprocessing = "keras_bilinear"
exif_orientation = true
weights = "w.safetensors"
[[cluster]]
name = "topics"
of = "tags"
method = "kmeans"
k = 8
n_init = 3
max_iter = 50
tol = 0
seed = 7
[[cluster]]
name = "looks"
of = "image"
k = 4
[report]
top_tags = 5
photos = 0
)");
  ASSERT_EQ(job.corpus.posts.size(), 2u);
  EXPECT_EQ(job.corpus.posts[0].folder, "/jobs");
  EXPECT_EQ(job.corpus.posts[0].text, "a/*.json");
  EXPECT_EQ(job.corpus.posts[1].folder, "");
  ASSERT_EQ(job.corpus.images.size(), 1u);
  EXPECT_EQ(job.corpus.images[0].folder, "/jobs");
  EXPECT_EQ(job.corpus.images[0].text, "photos");
  EXPECT_TRUE(job.corpus.keep.images && job.corpus.keep.albums && !job.corpus.keep.videos);
  EXPECT_EQ(job.corpus.keep.min_tags, 2);
  EXPECT_FALSE(job.corpus.pseudonyms);
  EXPECT_EQ(job.tags->limits.min_df.value, 2.0);
  EXPECT_FALSE(job.tags->limits.min_df.is_share);
  EXPECT_TRUE(job.tags->limits.max_df.is_share);
  EXPECT_EQ(job.tags->limits.max_features, 1000);
  EXPECT_EQ(job.image->weights, "/jobs/w.safetensors");
  EXPECT_EQ(job.image->resize, 299);
  EXPECT_EQ(job.image->preprocessing, Preprocessing::keras_bilinear);
  EXPECT_TRUE(job.image->exif_orientation);
  ASSERT_EQ(job.clusterings.size(), 2u);
  EXPECT_EQ(job.clusterings[0].kmeans.seed, 7u);
  EXPECT_EQ(job.clusterings[0].kmeans.tol, 0.0);
  EXPECT_EQ(job.clusterings[1].kmeans.seed, 42u) << "the job's seed is the default";
  EXPECT_EQ(job.clusterings[1].of, FeatureKind::image);
  EXPECT_EQ(job.report.top_tags, 5);
}

const std::string kImages = std::string(kHead) + "images = \"photos\"\n[features.image]\n";

Job job_file_of_the_tree(const std::filesystem::path& path) {
  const auto bytes = read_file(path);
  return parse_job({reinterpret_cast<const char*>(bytes.data()), bytes.size()}, path,
                   [](const std::string& name) { return "/" + name; });
}

TEST(Job, EveryFileOfTheTreeIsOneAndBearsItsName) {
  int files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(kJobs)) {
    EXPECT_EQ(job_file_of_the_tree(entry.path()).name, entry.path().stem().string());
    ++files;
  }
  EXPECT_GE(files, 4);
}

TEST(Job, TheStudiesFeatureStepsAreATableEach) {
  const ImageFeatures climate = job_file_of_the_tree(kJobs / "climate-2019.toml").image.value();
  EXPECT_EQ(climate.vgg.model, "vgg16");
  EXPECT_EQ(climate.vgg.layer, "fc7_linear");
  EXPECT_EQ(climate.resize, 299);
  EXPECT_EQ(climate.preprocessing, Preprocessing::torchvision);
  const ImageFeatures convnet = job_file_of_the_tree(kJobs / "convnet-2017.toml").image.value();
  EXPECT_EQ(convnet.vgg.model, "vgg19");
  EXPECT_EQ(convnet.vgg.layer, "fc7");
  EXPECT_EQ(convnet.vgg.convention, "keras");
  EXPECT_EQ(convnet.preprocessing, Preprocessing::keras);
}

TEST(Job, RawPixelsNeedNoWeightsAndTakeNone) {
  const Job job = parse(kImages + "kind = \"rgb\"\nresize = 150\n");
  EXPECT_EQ(job.image->kind, ImageFeatureKind::rgb);
  EXPECT_EQ(job.image->resize, 150);
  EXPECT_THAT(canonical_json(job), HasSubstr(R"("image":{"kind":"rgb","resize":150})"));
  EXPECT_THAT(error_of(kImages + "kind = \"rgb\"\nweights = \"w\"\n"), HasSubstr("unknown key 'weights'"));
}

TEST(Job, PlacesOfLabelsAreAskedForWithTheLayerOfThatNameOnly) {
  const std::string vgg = kImages + "weights = \"w\"\ntop_labels = 3\n";
  const Job job = parse(vgg + "layer = \"labels\"\n");
  EXPECT_EQ(job.image->top_labels, 3);
  EXPECT_THAT(canonical_json(job), HasSubstr(R"("top_labels":3)"));
  EXPECT_THAT(error_of(vgg), HasSubstr("unknown key 'top_labels'"));
  EXPECT_THAT(error_of(vgg + "layer = \"labels\"\n[[cluster]]\nname = \"label_3\"\nof = \"image\"\nk = 2\n"),
              HasSubstr("is taken"));
}

TEST(Job, AConventionStandsInItsJsonOnlyWhereItIsNotTorchvisions) {
  const std::string vgg = kImages + "weights = \"w\"\n";
  EXPECT_EQ(canonical_json(parse(vgg)), canonical_json(parse(vgg + "convention = \"torchvision\"\n")));
  EXPECT_THAT(canonical_json(parse(vgg)), ::testing::Not(HasSubstr("convention")));
  const Job keras = parse(vgg + "convention = \"keras\"\n");
  EXPECT_EQ(keras.image->vgg.convention, "keras");
  EXPECT_NE(stage_settings_json(keras, "images"), stage_settings_json(parse(vgg), "images"));
  EXPECT_THAT(error_of(vgg + "convention = \"caffe\"\n"), HasSubstr("it may be torchvision, keras"));
}

TEST(Job, AnEngineIsReadAndStandsInNoKeyAsTheArithmeticTellsIt) {
  const std::string vgg = kImages + "weights = \"w\"\n";
  EXPECT_EQ(parse(vgg).image->engine, "auto");
  for (const std::string engine : {"auto", "cudnn", "shoal"}) {
    const Job job = parse(vgg + "engine = \"" + engine + "\"\n");
    EXPECT_EQ(job.image->engine, engine);
    EXPECT_EQ(canonical_json(job), canonical_json(parse(vgg)));
  }
  EXPECT_THAT(error_of(vgg + "engine = \"cudn\"\n"), HasSubstr("it may be auto, cudnn, shoal"));
  EXPECT_THAT(error_of(kImages + "kind = \"rgb\"\nengine = \"shoal\"\n"), HasSubstr("unknown key 'engine'"));
}

TEST(Job, AnUnknownKeyIsAnErrorThatNamesLineAndNearestKey) {
  EXPECT_THAT(error_of(std::string(kHead) + "[features.tags]\nmindf = 2\n"),
              HasSubstr("/jobs/test.toml:6: unknown key 'mindf' in [features.tags]; did you mean 'min_df'?"));
  EXPECT_THAT(error_of(std::string(kHead) + "[[map]]\nof = \"image\"\n"), HasSubstr("unknown key 'map'"));
  EXPECT_THAT(error_of("[job]\nname = \"a\"\n[corpus]\nposts = \"x\"\nkeep = { min_tag = 1 }\n"),
              HasSubstr(":5: unknown key 'min_tag' in [corpus.keep]; did you mean 'min_tags'?"));
  EXPECT_THAT(error_of(std::string(kHead) + "[[cluster]]\nname=\"a\"\nof=\"tags\"\nk=2\nn_inits=3\n"),
              HasSubstr("unknown key 'n_inits'"));
}

TEST(Job, AMisspeltKeyIsNamedAlsoWhereItIsRequired) {
  EXPECT_THAT(error_of("[job]\nname = \"a\"\n[corpus]\npost = \"x\"\n"),
              HasSubstr("[corpus] needs the key 'posts'; line 4 has 'post'"));
  EXPECT_THAT(error_of(std::string(kHead) + "[feature.tags]\n[[cluster]]\nname=\"a\"\nof=\"tags\"\nk=2\n"),
              HasSubstr("unknown key 'feature'"));
}

TEST(Job, VariablesAreReplacedAndMissingOnesNamed) {
  const auto environment = [](const std::string& name) -> std::optional<std::string> {
    if (name == "DATA") return "/data";
    return std::nullopt;
  };
  const std::string text = "[job]\nname = \"a\"\n[corpus]\nposts = \"${DATA}/x/${DATA}\"\n";
  EXPECT_EQ(parse(text, environment).corpus.posts[0].text, "/data/x//data");
  EXPECT_THAT(error_of(text), HasSubstr(":4: the environment variable DATA is not set"));
}

TEST(Job, WrongTypesAndRangesAreNamed) {
  EXPECT_THAT(error_of("[job]\nname = 3\n"), HasSubstr(":2: 'name' in [job] should be a text"));
  EXPECT_THAT(error_of("[job]\nseed = 3\n"), HasSubstr("[job] needs the key 'name'"));
  EXPECT_THAT(error_of("[job]\nname = \"../x\"\n"), HasSubstr("it may hold letters"));
  EXPECT_THAT(error_of(std::string(kHead) + "[[cluster]]\nname = \"a\"\nof = \"tags\"\nk = 0\n"),
              HasSubstr("'k' in [[cluster]] is 0; it may be 1 to"));
  EXPECT_THAT(error_of(std::string(kHead) + "[features.tags]\nmax_df = 1.5\n"),
              HasSubstr("it may be 0 to 1"));
  EXPECT_THAT(error_of(std::string(kHead) + "[features.tags]\nkind = \"bm25\"\n"),
              HasSubstr("it may be tfidf"));
  EXPECT_THAT(error_of("[job\n"), HasSubstr("/jobs/test.toml:1: not TOML"));
}

TEST(Job, SectionsMustFitTogether) {
  const std::string clustering = "[[cluster]]\nname = \"a\"\nof = \"tags\"\nk = 2\n";
  EXPECT_THAT(error_of(kHead + clustering), HasSubstr("the job has no [features.tags]"));
  EXPECT_THAT(error_of(std::string(kHead) + "[features.tags]\n" + clustering + clustering),
              HasSubstr("is taken"));
  EXPECT_THAT(error_of(std::string(kHead) + "[features.image]\nweights = \"w\"\n"),
              HasSubstr("needs image folders"));
}

TEST(CanonicalJson, IsFreeOfPathsAndOfTheOrderOfSets) {
  const std::string rest = "[features.tags]\n";
  const Job a = parse(
      "[job]\nname = \"a\"\n[corpus]\nposts = [\"x\", \"y\"]\nkeep = { media = [\"video\", \"image\"] }\n" +
      rest);
  const Job b = parse(
      "[job]\nname = \"a\"\n[corpus]\nposts = \"z\"\nkeep = { media = [\"image\", \"video\"] }\n" + rest);
  EXPECT_EQ(canonical_json(a), canonical_json(b));
  EXPECT_THAT(canonical_json(a), ::testing::Not(HasSubstr("/jobs")));
  EXPECT_NE(canonical_json(a), canonical_json(parse(kHead + rest)));
}

TEST(StageSettings, ChangeOnlyWithWhatTheStageDependsOn) {
  const auto job = [](int k) {
    return parse(std::string(kHead) + "[features.tags]\n[[cluster]]\nname = \"a\"\nof = \"tags\"\nk = " +
                 std::to_string(k) + "\n");
  };
  EXPECT_EQ(stage_settings_json(job(2), "read"), stage_settings_json(job(3), "read"));
  EXPECT_EQ(stage_settings_json(job(2), "tags"), stage_settings_json(job(3), "tags"));
  EXPECT_NE(stage_settings_json(job(2), "cluster"), stage_settings_json(job(3), "cluster"));
}

TEST(StageSettings, OfImagesNameEachWayToMakePixels) {
  const auto settings = [](const std::string& lines) {
    return stage_settings_json(parse("[job]\nname = \"a\"\n[corpus]\nposts = \"x\"\nimages = "
                                     "\"y\"\n[features.image]\nweights = \"w\"\n" +
                                     lines),
                               "images");
  };
  const std::string plain = settings("");
  // Keras's convention brings Keras's square with it, and each can be had without the other.
  EXPECT_EQ(settings("convention = \"keras\"\n"),
            settings("convention = \"keras\"\npreprocessing = \"keras\"\n"));
  EXPECT_NE(settings("convention = \"keras\"\n"),
            settings("convention = \"keras\"\npreprocessing = \"torchvision\"\n"));
  EXPECT_EQ(settings("preprocessing = \"torchvision\"\nexif_orientation = false\n"), plain);
  EXPECT_NE(settings("preprocessing = \"keras\"\n"), plain);
  EXPECT_NE(settings("preprocessing = \"keras_bilinear\"\n"), settings("preprocessing = \"keras\"\n"));
  EXPECT_NE(settings("exif_orientation = true\n"), plain);
  EXPECT_THROW(settings("preprocessing = \"lanczos\"\n"), UsageError);
}

}  // namespace
}  // namespace shoal
