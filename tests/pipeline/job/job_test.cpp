// Job files: what is read, and the sentence for everything that is wrong.
#include "pipeline/stages/parse.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "pipeline/engine/canonical.hpp"
#include "pipeline/stages/features/images.hpp"
#include "shoal/base/error.hpp"
#include "shoal/base/file.hpp"

namespace shoal {
namespace {

using ::testing::HasSubstr;

const std::filesystem::path kJobs = std::filesystem::path(SHOAL_SOURCE_DIR) / "jobs";

std::optional<std::string> no_variables(const std::string&) { return std::nullopt; }

constexpr const char* kHead = "[job]\nname = \"test\"\n[corpus]\nposts = \"posts\"\n";

ParsedJob parse(const std::string& text, const Environment& environment = no_variables) {
  return parse_job(text, "/jobs/test.toml", environment);
}

nlohmann::json record(const ParsedJob& parsed) { return canonical_job(parsed.job, parsed.stages); }
std::string canonical(const ParsedJob& parsed) { return canonical_text(parsed.job, parsed.stages); }

const ImageSettings& image_of(const ParsedJob& parsed) {
  return parsed.stages.find<ImagePassStage>()->shown_as();
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
  const ParsedJob parsed = parse(R"(
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
  const Job& job = parsed.job;
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
  EXPECT_EQ(image_of(parsed).weights, "/jobs/w.safetensors");
  EXPECT_EQ(image_of(parsed).resize, 299);
  EXPECT_EQ(image_of(parsed).preprocessing, Preprocessing::keras_bilinear);
  EXPECT_TRUE(image_of(parsed).exif_orientation);
  EXPECT_EQ(job.report.top_tags, 5);
}

TEST(Job, MayHideAccountsAlone) {
  const auto head = [](const std::string& pseudonyms) {
    return "[job]\nname = \"j\"\n[corpus]\nposts = \"a\"\npseudonyms = " + pseudonyms + "\n[features.tags]\n";
  };
  const ParsedJob parsed = parse(head("\"accounts\""));
  EXPECT_TRUE(parsed.job.corpus.pseudonyms);
  EXPECT_TRUE(parsed.job.corpus.keeps_shortcodes);
  EXPECT_FALSE(parse(head("true")).job.corpus.keeps_shortcodes);
  EXPECT_NE(canonical_text(parsed.job, parsed.stages),
            canonical_text(parse(head("true")).job, parse(head("true")).stages));
  EXPECT_NE(error_of(head("\"posts\"")).find("accounts"), std::string::npos) << error_of(head("\"posts\""));
}

/// The text that results of version 0.1.0 hold for the same job: keys of stages and results depend on it.
TEST(CanonicalText, OfAJobOfTodayIsTheOneOfTheFirstVersion) {
  const ParsedJob parsed = parse(
      "[job]\nname = \"all\"\nseed = 42\n[corpus]\nposts = \"a\"\nimages = \"b\"\nkeep = { media = "
      "[\"image\", \"album\"] }\n"
      "[features.image]\nweights = \"w\"\nengine = \"shoal\"\npreprocessing = \"keras\"\n"
      "[features.tags]\nmin_df = 2\nmax_df = 0.5\nmax_features = 1000\n"
      "[[cluster]]\nname = \"topics\"\nof = \"tags\"\nk = 8\ntol = 0\n");
  EXPECT_EQ(
      canonical(parsed),
      R"({"cluster":[{"k":8,"max_iter":300,"method":"kmeans","n_init":10,"name":"topics","of":"tags","seed":42,)"
      R"("tol":0.0}],"corpus":{"keep":{"media":["album","image"],"min_tags":0},"pseudonyms":true},"features":{)"
      R"("image":{"kind":"vgg","layer":"fc7","model":"vgg16","preprocessing":"keras","resize":224},)"
      R"("tags":{"kind":"tfidf","max_df":0.5,"max_features":1000,"min_df":2}},"job":{"name":"all","seed":42},)"
      R"("report":{"photos":6,"top_tags":10}})");
}

const std::string kImages = std::string(kHead) + "images = \"photos\"\n[features.image]\n";

ParsedJob job_file_of_the_tree(const std::filesystem::path& path) {
  const auto bytes = read_file(path);
  return parse_job({reinterpret_cast<const char*>(bytes.data()), bytes.size()}, path,
                   [](const std::string& name) { return "/" + name; });
}

TEST(Job, EveryFileOfTheTreeIsOneAndBearsItsName) {
  int files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(kJobs)) {
    EXPECT_EQ(job_file_of_the_tree(entry.path()).job.name, entry.path().stem().string());
    ++files;
  }
  EXPECT_GE(files, 4);
}

TEST(Job, TheStudiesFeatureStepsAreATableEach) {
  const ParsedJob climate_job = job_file_of_the_tree(kJobs / "climate-2019.toml");
  const ImageSettings& climate = image_of(climate_job);
  EXPECT_EQ(climate.vgg.model, "vgg16");
  EXPECT_EQ(climate.vgg.layer, "fc7_linear");
  EXPECT_EQ(climate.resize, 299);
  EXPECT_EQ(climate.preprocessing, Preprocessing::torchvision);
  const ParsedJob convnet_job = job_file_of_the_tree(kJobs / "convnet-2017.toml");
  const ImageSettings& convnet = image_of(convnet_job);
  EXPECT_EQ(convnet.vgg.model, "vgg19");
  EXPECT_EQ(convnet.vgg.layer, "fc7");
  EXPECT_EQ(convnet.vgg.convention, "keras");
  EXPECT_EQ(convnet.preprocessing, Preprocessing::keras);
}

TEST(Job, RawPixelsNeedNoWeightsAndTakeNone) {
  const ParsedJob job = parse(kImages + "kind = \"rgb\"\nresize = 150\n");
  EXPECT_EQ(image_of(job).kind, ImageKind::rgb);
  EXPECT_EQ(image_of(job).resize, 150);
  EXPECT_THAT(canonical(job), HasSubstr(R"("image":{"kind":"rgb","resize":150})"));
  EXPECT_THAT(error_of(kImages + "kind = \"rgb\"\nweights = \"w\"\n"), HasSubstr("unknown key 'weights'"));
}

TEST(Job, PlacesOfLabelsAreAskedForWithTheLayerOfThatNameOnly) {
  const std::string vgg = kImages + "weights = \"w\"\ntop_labels = 3\n";
  const ParsedJob job = parse(vgg + "layer = \"labels\"\n");
  EXPECT_EQ(image_of(job).top_labels, 3);
  EXPECT_THAT(canonical(job), HasSubstr(R"("top_labels":3)"));
  EXPECT_THAT(error_of(vgg), HasSubstr("unknown key 'top_labels'"));
  EXPECT_THAT(error_of(vgg + "layer = \"labels\"\n[[cluster]]\nname = \"label_3\"\nof = \"image\"\nk = 2\n"),
              HasSubstr("is taken"));
}

TEST(Job, AConventionStandsInItsJsonOnlyWhereItIsNotTorchvisions) {
  const std::string vgg = kImages + "weights = \"w\"\n";
  EXPECT_EQ(canonical(parse(vgg)), canonical(parse(vgg + "convention = \"torchvision\"\n")));
  EXPECT_THAT(canonical(parse(vgg)), ::testing::Not(HasSubstr("convention")));
  const ParsedJob keras = parse(vgg + "convention = \"keras\"\n");
  EXPECT_EQ(image_of(keras).vgg.convention, "keras");
  EXPECT_NE(record(keras)["features"]["image"], record(parse(vgg))["features"]["image"]);
  EXPECT_THAT(error_of(vgg + "convention = \"caffe\"\n"), HasSubstr("it may be torchvision, keras"));
}

TEST(Job, AnEngineIsReadAndStandsInNoKeyAsTheArithmeticTellsIt) {
  const std::string vgg = kImages + "weights = \"w\"\n";
  EXPECT_EQ(image_of(parse(vgg)).engine, "auto");
  for (const std::string engine : {"auto", "cudnn", "shoal"}) {
    const ParsedJob job = parse(vgg + "engine = \"" + engine + "\"\n");
    EXPECT_EQ(image_of(job).engine, engine);
    EXPECT_EQ(canonical(job), canonical(parse(vgg)));
  }
  EXPECT_THAT(error_of(vgg + "engine = \"cudn\"\n"), HasSubstr("it may be auto, cudnn, shoal"));
  EXPECT_THAT(error_of(kImages + "kind = \"rgb\"\nengine = \"shoal\"\n"), HasSubstr("unknown key 'engine'"));
}

TEST(Job, AnUnknownKeyIsAnErrorThatNamesLineAndNearestKey) {
  EXPECT_THAT(error_of(std::string(kHead) + "[features.tags]\nmindf = 2\n"),
              HasSubstr("/jobs/test.toml:6: unknown key 'mindf' in [features.tags]; did you mean 'min_df'?"));
  EXPECT_THAT(error_of(std::string(kHead) + "[[galaxy]]\nof = \"image\"\n"),
              HasSubstr("unknown key 'galaxy'"));
  EXPECT_THAT(error_of("[job]\nname = \"a\"\n[corpus]\nposts = \"x\"\nkeep = { min_tag = 1 }\n"),
              HasSubstr(":5: unknown key 'min_tag' in [corpus.keep]; did you mean 'min_tags'?"));
  EXPECT_THAT(error_of(std::string(kHead) + "[[cluster]]\nname=\"a\"\nof=\"tags\"\nk=2\nn_inits=3\n"),
              HasSubstr("unknown key 'n_inits'"));
}

TEST(Job, AnUnknownKeyIsNamedBeforeOneThatIsMissing) {
  EXPECT_THAT(error_of("[job]\nname = \"a\"\n[corpus]\npost = \"x\"\n"),
              HasSubstr(":4: unknown key 'post' in [corpus]; did you mean 'posts'?"));
  EXPECT_THAT(error_of("[job]\ntitle = \"a\"\n[corpus]\nposts = \"x\"\n"),
              HasSubstr(":2: unknown key 'title' in [job]; it may be name, seed"));
  EXPECT_THAT(error_of(std::string(kHead) +
                       "[features.tags]\n[[cluster]]\nname = \"a\"\nof = \"tags\"\nclusters = 3\n"),
              HasSubstr(":9: unknown key 'clusters' in [[cluster]]"));
  EXPECT_THAT(error_of(std::string(kHead) + "images = \"p\"\n[features.image]\nweight = \"w\"\n"),
              HasSubstr("unknown key 'weight' in [features.image]; did you mean 'weights'?"));
  EXPECT_THAT(error_of(std::string(kHead) + "[features.image]\nwieghts = \"w\"\n"),
              HasSubstr("did you mean 'weights'?"))
      << "before the folders that are missing, too";
  EXPECT_THAT(error_of(std::string(kHead) + "[features.tags]\nmax_fd = 3\nmin_fd = 2\n"),
              HasSubstr(":6: unknown key 'max_fd'"))
      << "the first in the file";
}

TEST(Job, WhatIsMissingIsNamedWhereNothingIsUnknown) {
  EXPECT_THAT(error_of("[job]\nname = \"a\"\n[corpus]\n"), HasSubstr(":3: [corpus] needs the key 'posts'"));
  EXPECT_THAT(error_of("[corpus]\nposts = \"x\"\n"), HasSubstr("[job] needs the key 'name'"));
  EXPECT_THAT(error_of("[job]\nname = \"a\"\n[corpus]\nposts = []\n"),
              HasSubstr("'posts' in [corpus] is empty"));
  const std::string cluster = std::string(kHead) + "[features.tags]\n[[cluster]]\n";
  EXPECT_THAT(error_of(cluster + "of = \"tags\"\nk = 2\n"), HasSubstr("[[cluster]] needs the key 'name'"));
  EXPECT_THAT(error_of(cluster + "name = \"a\"\nk = 2\n"), HasSubstr("[[cluster]] needs the key 'of'"));
  EXPECT_THAT(error_of(cluster + "name = \"a\"\nof = \"tags\"\n"),
              HasSubstr("[[cluster]] needs the key 'k'"));
  EXPECT_THAT(error_of(std::string(kHead) + "images = \"p\"\n[features.image]\n"),
              HasSubstr("[features.image] needs the key 'weights'"));
}

TEST(Job, LimitsThatLeaveNothingAreRefused) {
  const auto limits = [](const std::string& lines) {
    return error_of(kHead + ("[features.tags]\n" + lines));
  };
  EXPECT_THAT(
      limits("min_df = 5\nmax_df = 2\n"),
      HasSubstr(":6: 'min_df' in [features.tags] is 5 and 'max_df' is 2, so that every tag is left out"));
  EXPECT_THAT(limits("min_df = 2\nmax_df = 1\n"), HasSubstr("1 is one post, 1.0 is all of them"));
  EXPECT_THAT(limits("min_df = 0.5\nmax_df = 0.25\n"), HasSubstr("lower min_df or raise max_df"));
  EXPECT_THAT(limits("max_df = 0.0\n"), HasSubstr("'max_df' in [features.tags] is 0.0"));
  EXPECT_EQ(limits("min_df = 2\nmax_df = 2\n"), "no error");
  EXPECT_EQ(limits("min_df = 2\nmax_df = 0.5\n"), "no error") << "how many posts a half is nobody knows yet";
}

TEST(Job, AMisspeltSectionIsNamed) {
  EXPECT_THAT(error_of(std::string(kHead) + "[feature.tags]\n[[cluster]]\nname=\"a\"\nof=\"tags\"\nk=2\n"),
              HasSubstr("unknown key 'feature'"));
}

TEST(Job, VariablesAreReplacedAndMissingOnesNamed) {
  const auto environment = [](const std::string& name) -> std::optional<std::string> {
    if (name == "DATA") return "/data";
    return std::nullopt;
  };
  const std::string text = "[job]\nname = \"a\"\n[corpus]\nposts = \"${DATA}/x/${DATA}\"\n";
  EXPECT_EQ(parse(text, environment).job.corpus.posts[0].text, "/data/x//data");
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

TEST(Job, ValuesOfAnotherKindAreToldHowTheyAreWritten) {
  const std::string tags = std::string(kHead) + "[features.tags]\n";
  EXPECT_THAT(error_of("[job]\nname = test\n"), HasSubstr("texts stand in quotes"));
  EXPECT_THAT(error_of("[job]\nname = mine\n"), HasSubstr("texts stand in quotes"));
  EXPECT_THAT(error_of(std::string(kHead) + "pseudonyms = \"false\"\n"),
              HasSubstr("is \"false\"; it may be true or false, without quotes, or \"accounts\""));
  EXPECT_THAT(error_of(std::string(kHead) + "keep = [\"image\"]\n"), HasSubstr("or keep = { key = value }"));
  EXPECT_THAT(error_of(tags + "min_df = 5.5\n"), HasSubstr("without one it is a number of posts"));
  EXPECT_THAT(error_of(tags + "min_df = \"5\"\n"), HasSubstr("should be a number, without quotes"));
  EXPECT_THAT(error_of(tags + "[[cluster]]\nname = \"a\"\nof = \"tags\"\nk = \"3\"\n"),
              HasSubstr("should be a whole number, without quotes or point"));
}

TEST(Job, SectionsMustFitTogether) {
  const std::string clustering = "[[cluster]]\nname = \"a\"\nof = \"tags\"\nk = 2\n";
  EXPECT_THAT(error_of(kHead + clustering), HasSubstr("the job has no [features.tags]"));
  EXPECT_THAT(error_of(std::string(kHead) + "[features.tags]\n" + clustering + clustering),
              HasSubstr("is taken"));
}

TEST(CanonicalJson, IsFreeOfPathsAndOfTheOrderOfSets) {
  const std::string rest = "[features.tags]\n";
  const ParsedJob a = parse(
      "[job]\nname = \"a\"\n[corpus]\nposts = [\"x\", \"y\"]\nkeep = { media = [\"video\", \"image\"] }\n" +
      rest);
  const ParsedJob b = parse(
      "[job]\nname = \"a\"\n[corpus]\nposts = \"z\"\nkeep = { media = [\"image\", \"video\"] }\n" + rest);
  EXPECT_EQ(canonical(a), canonical(b));
  EXPECT_THAT(canonical(a), ::testing::Not(HasSubstr("/jobs")));
  EXPECT_NE(canonical(a), canonical(parse(kHead + rest)));
}

TEST(NamedSets, OfAnyNameAndKindAreReadInTheOrderOfTheFile) {
  const ParsedJob parsed =
      parse(kHead + std::string("images = \"photos\"\n") +
            "[features.words]\nkind = \"tfidf\"\n[features.look]\nkind = \"rgb\"\nresize = 8\n"
            "[features.fine]\nkind = \"rgb\"\nresize = 16\n"
            "[[cluster]]\nname = \"a\"\nof = \"fine\"\nk = 2\n");
  const auto text = record(parsed);
  EXPECT_EQ(text["features"]["fine"]["resize"], 16);
  EXPECT_EQ(text["cluster"][0]["of"], "fine");
  const auto* pass = parsed.stages.find<ImagePassStage>();
  ASSERT_EQ(pass->entries().size(), 2U) << "sets of images share one stage";
  EXPECT_EQ(pass->entries()[0]->name, "look");
  EXPECT_EQ(pass->entries()[0]->position, 1);
  EXPECT_EQ(parsed.stages.table_of("cluster.a"), "images");
}

TEST(NamedSets, NeedAKindUnlessTheirNameIsOneOfTheFirstVersions) {
  EXPECT_THAT(error_of(std::string(kHead) + "[features.words]\nmin_df = 2\n"),
              HasSubstr("'kind' in [features.words] is missing; it may be tfidf, vgg, rgb"));
  EXPECT_THAT(error_of(std::string(kHead) + "[features.tag]\nmin_df = 2\n"),
              HasSubstr("did you mean [features.tags]?"));
  EXPECT_THAT(error_of(std::string(kHead) + "[features.words]\nkind = \"nmf\"\n"),
              HasSubstr("it may be tfidf, vgg, rgb"));
  EXPECT_THAT(error_of(std::string(kHead) + "[features.\"a b\"]\nkind = \"tfidf\"\n"),
              HasSubstr("is no name for features"));
  EXPECT_THAT(
      error_of(std::string(kHead) + "[features.words]\nkind = \"tfidf\"\n" +
               "[[cluster]]\nname = \"a\"\nof = \"tags\"\nk = 2\n"),
      HasSubstr(":9: 'of' in [[cluster]] is 'tags', but the job has no [features.tags]; it has words"));
}

TEST(NamedSets, OfOneJobShareAnEngine) {
  const std::string head = kHead + std::string("images = \"photos\"\n");
  const auto set = [](const std::string& name, const std::string& engine) {
    return "[features." + name + "]\nkind = \"vgg\"\nweights = \"w\"\nengine = \"" + engine + "\"\n";
  };
  EXPECT_THAT(error_of(head + set("a", "cudnn") + set("b", "shoal")), HasSubstr("share one engine"));
  EXPECT_EQ(error_of(head + set("a", "cudnn") + set("b", "cudnn")), "no error");
}

TEST(StageSettings, OfImagesNameEachWayToMakePixels) {
  const auto settings = [](const std::string& lines) {
    return record(
               parse("[job]\nname = \"a\"\n[corpus]\nposts = \"x\"\nimages = \"y\"\n"
                     "[features.image]\nweights = \"w\"\n" +
                     lines))["features"]["image"]
        .dump();
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
