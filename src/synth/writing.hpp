// From made posts to files: by many threads, with the same bytes for any number of them.
#pragma once

#include <functional>

#include "corpus_files.hpp"
#include "formats.hpp"
#include "shoal/synth/synth.hpp"

namespace shoal {

/// Where the photo of a post lies, below the folder of the corpus.
using PhotoPath = std::function<std::string(const PostMaker& posts, std::int64_t post)>;

void write_record_files(const RecordFiles& format, const SynthOptions& options, int threads,
                        CorpusFiles& files);
void write_account_files(const AccountFiles& format, const SynthOptions& options, int threads,
                         CorpusFiles& files);
void write_photos(const SynthOptions& options, const PhotoPath& path, int threads, CorpusFiles& files);

}  // namespace shoal
