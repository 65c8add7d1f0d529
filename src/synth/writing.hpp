// From made posts to files: by many threads, with the same bytes for any number of them.
#pragma once

#include "corpus_files.hpp"
#include "formats.hpp"
#include "shoal/synth/synth.hpp"

namespace shoal {

void write_record_files(const RecordFiles& format, const SynthOptions& options, int threads,
                        CorpusFiles& files);
void write_account_files(const AccountFiles& format, const SynthOptions& options, int threads,
                         CorpusFiles& files);
void write_photos(const SynthOptions& options, int threads, CorpusFiles& files);

}  // namespace shoal
