// Makers of feature sets, for the table of kinds.
#pragma once

#include "pipeline/stages/kinds.hpp"

namespace shoal {

void make_tfidf(Entry entry, TomlSection& section, EntryContext& context);
void make_vgg(Entry entry, TomlSection& section, EntryContext& context);
void make_rgb(Entry entry, TomlSection& section, EntryContext& context);
void make_given(Entry entry, TomlSection& section, EntryContext& context);
void make_lsa(Entry entry, TomlSection& section, EntryContext& context);
void make_pca(Entry entry, TomlSection& section, EntryContext& context);
void make_scale(Entry entry, TomlSection& section, EntryContext& context);
void make_concat(Entry entry, TomlSection& section, EntryContext& context);

}  // namespace shoal
