// Files that hold no posts as they are, known by their first bytes.
#pragma once

#include <string_view>

#include "shoal/corpus/post_reader.hpp"

namespace shoal {

/// What a file is that begins like this, and what to do with it: "the file is gzip-compressed; unpack it".
/// Empty where it is nothing that is known here.
std::string_view foreign_file(std::string_view beginning);

/// Whether a file is a page of Instagram's "download your information" that shows posts: an export in the
/// other one of its two forms.
bool is_meta_page(std::string_view beginning);

/// Such a page is one quarantined record, with what to do instead.
ReadResult read_meta_page(std::string_view text, const InputFile& file);

}  // namespace shoal
