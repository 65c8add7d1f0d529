"""Makes a corpus of every format of docs/inputs.md by hand, in which whatever names somebody or something is a random
word.

Arguments: FOLDER. Leaves there inputs/ with a folder for each format, jobs (each format under pseudonyms; all together
under pseudonyms, under those of accounts alone, and under names), and secrets.json: what is hidden, where, and what it is.
The same bytes each time.
"""

import json

import archives
import collectors
import others
import scrapers
from folder import Folder, put
from hidden import hidden


def listed(paths):
    return json.dumps(["../" + path for path in paths])


VECTORS = """[features.json]
kind = "given"
path = "../vectors/*.json"
[features.numpy]
kind = "given"
path = "../vectors/*.npy"
ids = "../vectors/*.txt"
"""


def job(name, folders, settings, more=""):
    """settings: under [corpus]."""
    posts = [path for folder in folders for path in folder.posts]
    images = [path for folder in folders for path in folder.images]
    has_tags = any(folder.tags for folder in folders)
    text = f'[job]\nname = "{name}"\n[corpus]\nposts = {listed(posts)}\n{settings}'
    if images:
        text += f"images = {listed(images)}\n"
    text += "".join(folder.columns for folder in folders)
    if has_tags:
        text += '[features.tags]\n[[cluster]]\nname = "topics"\nof = "tags"\nk = 2\n'
    if images or not has_tags:
        text += '[features.image]\nkind = "rgb"\nresize = 4\n[[cluster]]\nname = "looks"\nof = "image"\nk = 2\n'
    put(f"jobs/{name}.toml", text + more)


for make in (scrapers.profile_json, scrapers.igramscraper_text, scrapers.igramscraper_json, scrapers.tag_lines,
             scrapers.likes_table, scrapers.instaloader, collectors.zeeschuimer, collectors.four_cat_ndjson,
             collectors.four_cat_table, collectors.crowdtangle, collectors.packed, archives.meta_folder,
             archives.meta_zip, archives.web_dataset, archives.image_table, archives.photos_alone, others.mapped,
             others.export_of_shoal):
    make()
others.given_vectors(scrapers.shards())
read = list(Folder.all.values())

# Posts of all formats as the program exports them, which the test puts there; a file that is not there; nothing but a
# bad record.
own = Folder("own", images=False)
put("own.txt", f"{own.path}/{own.secret('file', shown=False)}.jsonl")
gone = Folder("gone", images=False)
gone.posts = [f"{gone.path}/{gone.secret('file', shown=False)}.json"]
nothing = Folder("nothing", images=False)
platform = nothing.secret("reason why nothing is left", shown=False)
nothing.file(".ndjson", json.dumps(collectors.around(nothing, {"id": "1"}, platform)) + "\n", shown=False)

KEY = 'pseudonym_key = "../../key"\n'
for folder in Folder.all.values():
    job(folder.name, [folder], KEY + "keep_captions = true\nkeep_tags = true\n")
job("all", read, KEY + "keep_captions = true\nkeep_tags = true\n", VECTORS)
job("accounts", read, KEY + 'pseudonyms = "accounts"\n', VECTORS)
job("names", read, "pseudonyms = false\nkeep_urls = true\n", VECTORS)
put("secrets.json", json.dumps(hidden.all, indent=0))
