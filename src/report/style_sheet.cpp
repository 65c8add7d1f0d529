// CSS of the page: light and dark by the reader's setting, and a print form.
#include "style_sheet.hpp"

namespace shoal {

const std::string_view kStyleSheet = R"css(
:root{color-scheme:light dark;--page:#f6f7f9;--card:#fff;--ink:#16202c;--soft:#566372;--line:#dfe4ea;--track:#e9edf1;
--accent:#0b6e8f;--chip:#eaf3f7;--chip-ink:#0c4f66;--warn:#fff6e0;--warn-line:#e0a526;--warn-ink:#614200;
--good:#1d7a4c;--bad:#b3261e}
@media(prefers-color-scheme:dark){:root{--page:#10161d;--card:#19222c;--ink:#e8edf2;--soft:#a0aebb;--line:#2b3743;
--track:#26323d;--accent:#5cc0e0;--chip:#1d3744;--chip-ink:#b7e2f1;--warn:#32270f;--warn-line:#c08a1e;
--warn-ink:#f3d899;--good:#6fd3a0;--bad:#ff8f86}}
*{box-sizing:border-box}
html{scroll-behavior:smooth}
body{margin:0;background:var(--page);color:var(--ink);font:16px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,
"Noto Sans","Liberation Sans",sans-serif;-webkit-text-size-adjust:100%}
main,.top>div,footer{max-width:1160px;margin:0 auto;padding:0 28px}
a{color:var(--accent)}
.top{background:linear-gradient(115deg,#083b52,#0b6e8f 60%,#1295a3);color:#fff;padding:38px 0 74px}
.top p{margin:0;color:#cfe9f2}
.top .kind{font-size:.82rem;letter-spacing:.09em;text-transform:uppercase}
h1{margin:4px 0 6px;font-size:2.35rem;line-height:1.15;font-weight:680;letter-spacing:-.015em;
overflow-wrap:anywhere}
h2{margin:0;font-size:1.5rem;letter-spacing:-.01em;line-height:1.25;overflow-wrap:anywhere}
h3{margin:0;font-size:1.06rem;line-height:1.3;overflow-wrap:anywhere}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(190px,1fr));gap:14px;margin:-46px 0 0;padding:0;
list-style:none}
.tiles li,.card,.panel{background:var(--card);border:1px solid var(--line);border-radius:12px;
box-shadow:0 1px 2px rgb(10 30 50/.05)}
.tiles li{padding:16px 20px}
.tiles b{display:block;font-size:1.85rem;line-height:1.2;font-weight:660;letter-spacing:-.02em;
font-variant-numeric:tabular-nums}
.tiles span{color:var(--soft);font-size:.92rem}
nav{margin:22px 0 0;display:flex;flex-wrap:wrap;gap:6px 22px;font-size:.94rem}
nav a{text-decoration:none;font-weight:560}
nav a:hover,nav a:focus{text-decoration:underline}
section{margin:46px 0 0;scroll-margin-top:16px}
.lead{margin:3px 0 0;color:var(--soft)}
.note{margin:16px 0 0;padding:12px 18px;background:var(--warn);color:var(--warn-ink);border:1px solid
var(--warn-line);border-left-width:5px;border-radius:8px}
.note strong{display:block}
.facts{display:flex;flex-wrap:wrap;gap:4px 24px;margin:14px 0 0;padding:0}
.facts div{display:flex;gap:.5em;align-items:baseline}
.facts dt{color:var(--soft);font-size:.92rem}
.facts dd{margin:0;font-weight:620;font-variant-numeric:tabular-nums}
.strip{display:flex;height:14px;margin:18px 0 0;border-radius:7px;overflow:hidden;background:var(--track)}
.strip i{display:block;min-width:1px;box-shadow:inset -1px 0 var(--page)}
.cards{display:grid;grid-template-columns:repeat(auto-fill,minmax(330px,1fr));gap:16px;margin:18px 0 0}
.card{padding:18px 20px;display:flex;flex-direction:column;gap:12px;break-inside:avoid}
.head{display:flex;gap:10px;align-items:baseline}
.dot{flex:none;width:11px;height:11px;border-radius:50%}
.size{display:flex;justify-content:space-between;gap:12px;font-size:.93rem;color:var(--soft);
font-variant-numeric:tabular-nums}
.size b{color:var(--ink);font-weight:620}
.bar{height:6px;border-radius:3px;background:var(--track);overflow:hidden;margin-top:5px}
.bar i{display:block;height:100%;min-width:2px;border-radius:3px}
.tags{display:flex;flex-wrap:wrap;gap:6px;margin:0;padding:0;list-style:none}
.tags li{background:var(--chip);color:var(--chip-ink);border-radius:999px;padding:2px 11px;font-size:.87rem;
overflow-wrap:anywhere}
.none{margin:0;color:var(--soft);font-size:.9rem}
.photos{display:grid;grid-template-columns:repeat(4,1fr);gap:6px;margin:auto 0 0;padding:0;list-style:none}
.photos img,.photos span{display:block;width:100%;aspect-ratio:1;object-fit:cover;border-radius:7px;
background:var(--track)}
.photos span{display:grid;place-items:center;color:var(--soft);font-size:.75rem}
.panel{margin:16px 0 0;padding:20px 24px}
.sum{display:flex;flex-wrap:wrap;gap:10px 14px;margin:12px 0 0;padding:0;list-style:none}
.sum li{display:grid;grid-template-columns:auto auto;column-gap:14px;align-items:center}
.sum b{font-size:1.42rem;line-height:1.25;font-weight:640;font-variant-numeric:tabular-nums}
.sum span{grid-column:2;color:var(--soft);font-size:.88rem;line-height:1.3}
.sum li:first-child{display:block}
.sum li:first-child span{display:block}
.sum li+li::before{content:"+";grid-row:1/3;color:var(--soft);font-size:1.35rem}
.sum li:nth-child(2)::before{content:"="}
.check{margin:12px 0 0;font-size:.93rem}
.good{color:var(--good)}
.bad{color:var(--bad);font-weight:640}
table{border-collapse:collapse;width:100%;font-size:.94rem}
th,td{text-align:left;vertical-align:top;padding:9px 0;border-top:1px solid var(--line)}
tr:first-child>*{border-top:0}
th{width:210px;padding-right:22px;color:var(--soft);font-weight:500}
td{overflow-wrap:anywhere}
code,pre{font-family:ui-monospace,"SF Mono",Menlo,Consolas,"DejaVu Sans Mono",monospace;font-size:.86em}
details{margin:16px 0 0}
summary{cursor:pointer;font-weight:560}
pre{margin:10px 0 0;padding:16px 20px;max-height:26em;overflow:auto;background:var(--card);border:1px solid
var(--line);border-radius:12px;white-space:pre-wrap;overflow-wrap:anywhere;line-height:1.5}
footer{margin-top:52px;padding-top:18px;padding-bottom:36px;color:var(--soft);font-size:.88rem}
.c0{background:#1783a8}.c1{background:#e07a3f}.c2{background:#5b9a4c}.c3{background:#9467bd}.c4{background:#d1495b}
.c5{background:#2aa198}.c6{background:#c79a1b}.c7{background:#5470c6}.c8{background:#b0628d}.c9{background:#8a6d52}
.c10{background:#6f9c2d}.c11{background:#7a8794}
@media(max-width:640px){main,.top>div,footer{padding-left:16px;padding-right:16px}h1{font-size:1.8rem}
.cards{grid-template-columns:1fr}th,td{display:block;width:auto;padding:0}th{padding-top:9px}td{border:0;
padding-bottom:9px}}
@media print{@page{margin:14mm}:root{--page:#fff;--card:#fff;--ink:#000;--soft:#444;--line:#ccc;--track:#eee;
--accent:#0b6e8f;--chip:#eef4f7;--chip-ink:#0c4f66;--warn:#fff6e0;--warn-line:#e0a526;--warn-ink:#614200;
--good:#1d7a4c;--bad:#b3261e}
*{-webkit-print-color-adjust:exact;print-color-adjust:exact}body{font-size:10.5pt}nav{display:none}
.top{background:none;color:#000;padding:0}.top p{color:#444}.tiles{margin:14px 0 0;grid-template-columns:repeat(4,1fr)}
.tiles li,.card,.panel{box-shadow:none}.cards{grid-template-columns:1fr 1fr;gap:10px}
.tiles li,.panel,.note,tr{break-inside:avoid}h2,.lead,.facts{break-after:avoid}pre{max-height:none}
main,.top>div,footer{max-width:none;padding:0}section{margin-top:28px}}
)css";

}  // namespace shoal
