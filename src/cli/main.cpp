// The program: parses the command line and calls one function per command.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <cstdio>
#include <exception>
#include <functional>
#include <sstream>

#include "commands.hpp"
#include "output.hpp"
#include "shoal/base/log.hpp"
#include "shoal/base/patience.hpp"
#include "shoal/base/version.hpp"
#include "usage_sentence.hpp"

namespace {

using shoal::ExitCode;
using Action = std::function<ExitCode()>;

/// Adds the options that all commands with a job share.
void add_job_options(CLI::App& command, shoal::RunCommand& options) {
  command.add_option("job", options.job, "the job file (TOML)")->required();
  command.add_option("--threads", options.threads, "threads of each rank (default: its share of the node)")
      ->check(CLI::Range(1, 1024));
  command.add_option("--device", options.device, "where networks and clusterings run")
      ->check(CLI::IsMember({"auto", "cpu", "cuda"}));
  command.add_flag("--strict", options.strict, "return 1 if anything is in quarantine");
  command.add_flag("-v,--verbose", options.verbose, "say more");
}

/// The commands; the chosen one sets action.
class CommandLine {
 public:
  CommandLine() {
    app_.set_version_flag("--version", std::string("shoal ") + shoal::kVersion);
    app_.require_subcommand(1);
    add_run();
    add_check();
    add_export();
    add_plan();
    add_verify();
    add_lookup();
    add_forget();
    add_status();
    add_clean();
    add_report();
    add_diff();
    add_weights();
    add_pack();
    add_synth();
    app_.add_subcommand("info", "versions and features of this build")->callback([this] {
      action_ = shoal::info_command;
    });
  }

  ExitCode run(int argc, char** argv) {
    try {
      app_.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
      // Help and version are no errors.
      if (error.get_exit_code() != 0) throw shoal::UsageError(shoal::usage_sentence(app_, error));
      std::ostringstream help;
      app_.exit(error, help, help);
      shoal::print_lines(help.str());
      return ExitCode::done;
    }
    shoal::set_read_patience(std::chrono::seconds(read_seconds_));
    return action_();
  }

 private:
  void add_run() {
    CLI::App* command = app_.add_subcommand("run", "run a job (alone or under mpirun / srun)");
    add_job_options(*command, run_);
    add_folder_options(*command);
    command->add_flag("--fresh", run_.fresh,
                      "begin anew: leave aside what earlier runs into the folder finished");
    command->add_option("--walltime", run_.walltime,
                        "stop in good order before this time is over ([HH:]MM:SS or seconds)");
    command
        ->add_option("--sync-every", run_.sync_seconds,
                     "seconds of work that a node may lose when it loses power")
        ->check(CLI::Range(0, 600))
        ->capture_default_str();
    add_memory_option(*command);
    add_patience_option(*command);
    command->callback([this] { action_ = [this] { return shoal::run_command(run_); }; });
  }
  void add_folder_options(CLI::App& command) {
    command.add_option("--out", run_.out, "results folder (default: out/<job name>)");
    command.add_flag(
        "--replace", run_.replace,
        "take the place of another job's results, of results over other inputs, and of files of the "
        "same names that no run left (default: refuse)");
  }
  void add_plan() {
    CLI::App* command = app_.add_subcommand(
        "plan", "say what a run would take: memory of each rank by stage, bytes written, time");
    add_job_options(*command, run_);
    add_memory_option(*command);
    command->add_option("--ranks", plan_.ranks, "for so many ranks (default: as many as plan itself has)")
        ->check(CLI::Range(1, 1 << 20));
    command->add_option("--ranks-per-node", plan_.ranks_per_node, "of which a node has so many")
        ->check(CLI::Range(1, 4096));
    add_patience_option(*command);
    command->callback([this] { action_ = [this] { return shoal::plan_command(run_, plan_); }; });
  }
  void add_patience_option(CLI::App& command) {
    command
        .add_option("--patience", read_seconds_,
                    "seconds in which a file that cannot be read is tried five times before the command ends")
        ->check(CLI::Range(0, 86400))
        ->capture_default_str();
  }
  void add_memory_option(CLI::App& command) {
    command
        .add_option("--memory", run_.memory_of_node,
                    "what the ranks of a node may take, as 64G or 500M (default: what is there)")
        ->transform(CLI::AsSizeValue(false));
  }
  void add_check() {
    CLI::App* command = app_.add_subcommand(
        "check", "say what a run would keep and leave out; of a folder of posts, propose a job");
    add_job_options(*command, run_);
    command->add_flag("--json", run_.json, "for programs");
    add_folder_options(*command);
    add_patience_option(*command);
    command->callback([this] { action_ = [this] { return shoal::check_command(run_); }; });
  }
  void add_export() {
    CLI::App* command = app_.add_subcommand(
        "export", "write the posts that a job keeps, as read, to a file that other programs and Shoal read");
    command->add_option("job", export_.job, "the job file (TOML)")->required();
    command->add_option("--posts", export_.posts, "the form of the file")
        ->required()
        ->check(CLI::IsMember({"csv", "jsonl"}));
    command->add_option("--out", export_.out, "the file (default: out/<job name>-posts.csv or .jsonl)");
    command->add_flag("--replace", export_.replace,
                      "take the place of a file of that name (default: refuse)");
    command->add_option("--threads", export_.threads, "threads of each rank (default: its share of the node)")
        ->check(CLI::Range(1, 1024));
    add_patience_option(*command);
    command->callback([this] { action_ = [this] { return shoal::export_command(export_); }; });
  }
  void add_verify() {
    CLI::App* command =
        app_.add_subcommand("verify", "check a finished run: files, counts, and a sample of its rows");
    command->add_option("results", verify_.results, "results folder")->required();
    command->add_option("--sample", verify_.sample, "rows to compute again from their inputs")
        ->check(CLI::Range(0, 1000000))
        ->capture_default_str();
    command->add_option("--threads", verify_.threads, "threads of each rank (default: its share of the node)")
        ->check(CLI::Range(1, 1024));
    add_patience_option(*command);
    command->callback([this] { action_ = [this] { return shoal::verify_command(verify_); }; });
  }
  void add_lookup() {
    CLI::App* command = app_.add_subcommand(
        "lookup", "say which records, accounts and files ids of results stand for (with the key)");
    command->add_option("results", lookup_.results, "results folder")->required();
    command->add_option("ids", lookup_.ids, "ids of posts, accounts, sources or photos")->required();
    command->add_option("--threads", lookup_.threads, "threads of each rank (default: its share of the node)")
        ->check(CLI::Range(1, 1024));
    add_patience_option(*command);
    command->callback([this] { action_ = [this] { return shoal::lookup_command(lookup_); }; });
  }
  void add_forget() {
    CLI::App* command = app_.add_subcommand(
        "forget", "leave posts or accounts out from now on, and make the results anew without them");
    command->add_option("results", forget_.results, "results folder")->required();
    command->add_option("ids", forget_.ids, "ids of posts or accounts")->required();
    command->add_option("--threads", forget_.threads, "threads of each rank (default: its share of the node)")
        ->check(CLI::Range(1, 1024));
    command->add_option("--device", forget_.device, "where networks and clusterings run")
        ->check(CLI::IsMember({"auto", "cpu", "cuda"}));
    add_patience_option(*command);
    command->callback([this] { action_ = [this] { return shoal::forget_command(forget_); }; });
  }
  void add_status() {
    CLI::App* command = app_.add_subcommand("status", "say how far the run into a results folder is");
    command->add_option("results", folder_, "results folder")->required();
    command->callback([this] { action_ = [this] { return shoal::status_command(folder_); }; });
  }
  void add_clean() {
    CLI::App* command = app_.add_subcommand("clean", "remove journals that the last run did not need");
    command->add_option("results", folder_, "results folder")->required();
    command->add_flag("--all", clean_all_, "all journals: the next run begins anew");
    command->add_flag("--dry-run", dry_run_, "only list them");
    command->callback(
        [this] { action_ = [this] { return shoal::clean_command(folder_, clean_all_, dry_run_); }; });
  }
  void add_report() {
    CLI::App* command = app_.add_subcommand("report", "draw the report of a results folder again");
    command->add_option("results", folder_, "results folder")->required();
    command->callback([this] { action_ = [this] { return shoal::report_command(folder_); }; });
  }
  void add_diff() {
    CLI::App* command = app_.add_subcommand("diff", "compare two results: 0 if identical, 1 if not");
    command->add_option("a", folder_, "results folder or .h5ad file")->required();
    command->add_option("b", other_, "results folder or .h5ad file")->required();
    command->callback([this] { action_ = [this] { return shoal::diff_command(folder_, other_); }; });
  }
  void add_weights() {
    CLI::App* weights = app_.add_subcommand("weights", "network weights");
    weights->require_subcommand(1);
    CLI::App* make = weights->add_subcommand("make", "write untrained weights from a seed");
    make->add_option("--model", model_, "network")->capture_default_str();
    make->add_option("--seed", seed_, "seed")->capture_default_str();
    make->add_option("file", file_, "safetensors file to write")->required();
    make->add_flag("--replace", replace_weights_, "take the place of a file of that name (default: refuse)");
    make->callback([this] {
      action_ = [this] { return shoal::make_weights_command(model_, seed_, file_, replace_weights_); };
    });
    CLI::App* inspect =
        weights->add_subcommand("inspect", "say what a file of weights holds, and whether it is sound");
    inspect->add_option("file", file_, "safetensors file, or PyTorch's .pth")->required();
    inspect->callback([this] { action_ = [this] { return shoal::inspect_weights_command(file_); }; });
    CLI::App* convert =
        weights->add_subcommand("convert", "write weights as safetensors with torchvision's names");
    convert->add_option("from", file_, "safetensors file, or PyTorch's .pth")->required();
    convert->add_option("to", other_, "safetensors file to write")->required();
    convert->add_flag("--replace", replace_weights_,
                      "take the place of a file of that name (default: refuse)");
    convert->callback([this] {
      action_ = [this] { return shoal::convert_weights_command(file_, other_, replace_weights_); };
    });
  }
  void add_pack() {
    CLI::App* command = app_.add_subcommand("pack", "pack a folder of images into tar shards");
    command->add_option("folder", folder_, "folder of images")->required();
    command->add_option("out", other_, "folder to make for the shards")->required();
    command->add_option("--shard-mib", shard_mib_, "most MiB of a shard")
        ->check(CLI::Range(1, 1 << 20))
        ->capture_default_str();
    command->callback(
        [this] { action_ = [this] { return shoal::pack_command(folder_, other_, shard_mib_); }; });
  }
  void add_synth() {
    CLI::App* command = app_.add_subcommand("synth", "write a made corpus with known groups");
    command->add_option("folder", folder_, "folder to make")->required();
    command->add_option("--posts", synth_.posts, "posts")->capture_default_str();
    command->add_option("--groups", synth_.groups, "groups")->capture_default_str();
    const CLI::Option* images =
        command->add_option("--images", synth_.images, "posts whose photo is there (of webdataset, all)")
            ->capture_default_str();
    command->add_option("--seed", synth_.seed, "seed")->capture_default_str();
    command->add_option("--image-side", synth_.image_side, "longer side of a photo")->capture_default_str();
    command
        ->add_option(
            "--format", synth_.format,
            fmt::format("what the posts are written as: {}", fmt::join(shoal::synth_formats(), ", ")))
        ->capture_default_str();
    command
        ->add_option("--files", synth_.files,
                     "files of records; profile, instaloader and meta have a file or folder an account")
        ->capture_default_str();
    command
        ->add_option("--zipf", synth_.zipf,
                     "exponent of the law of hashtags: the smaller, the more rare ones")
        ->capture_default_str();
    command->add_option("--damage", synth_.damage, "share of records with a defect of real dumps, 0 to 1")
        ->capture_default_str();
    command->add_option("--threads", synth_.threads, "threads (default: all processors)");
    command->callback([this, images] {
      const bool usual = images->count() == 0;
      action_ = [this, usual] {
        if (usual) synth_.images = shoal::usual_images(synth_);
        return shoal::synth_command(folder_, synth_);
      };
    });
  }

  CLI::App app_{
      "Shoal: groups in millions of social-media posts and images, the same to the bit on any cluster"};
  Action action_;
  int read_seconds_ = 60;
  shoal::RunCommand run_;
  shoal::PlanShape plan_;
  std::filesystem::path folder_;
  std::filesystem::path other_;
  std::filesystem::path file_;
  shoal::VerifyOptions verify_;
  shoal::LookupOptions lookup_;
  shoal::ForgetCommand forget_;
  shoal::ExportCommand export_;
  bool clean_all_ = false;
  bool dry_run_ = false;
  std::string model_ = "vgg16";
  std::uint64_t seed_ = 1;
  bool replace_weights_ = false;
  std::int64_t shard_mib_ = 1024;
  shoal::SynthOptions synth_;
};

}  // namespace

int main(int argc, char** argv) {
  try {
    return static_cast<int>(CommandLine().run(argc, argv));
  } catch (const shoal::Error& error) {
    shoal::log::error("{}", error.what());
    return static_cast<int>(error.code());
  } catch (const std::exception& error) {
    shoal::log::error("{}", error.what());
    return static_cast<int>(ExitCode::failure);
  }
}
