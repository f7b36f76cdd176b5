//! Colours and type, light and dark.

/// The style sheet of every page.
pub const CSS: &str = r#"
:root{color-scheme:light dark;--page:#fcfcfb;--panel:#f4f3f1;--ink:#0b0b0b;--soft:#52514e;--faint:#898781;--rule:#dddcd8;
--single:#2a78d6;--fusion:#c2540a;--mark:#2a78d6;--on-mark:#fff;--good:#006300;--bad:#b3261e;--warn:#fdf3dc;--warn-ink:#5b4300}
@media(prefers-color-scheme:dark){:root{--page:#1a1a19;--panel:#242422;--ink:#fff;--soft:#c3c2b7;--faint:#8f8d85;--rule:#3a3a37;
--single:#5598e7;--fusion:#e8814a;--mark:#3987e5;--on-mark:#fff;--good:#4fbf4f;--bad:#f0867f;--warn:#3a3118;--warn-ink:#f3dfa6}}
*{box-sizing:border-box}
body{margin:0;background:var(--page);color:var(--ink);font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif}
main{max-width:68rem;margin:0 auto;padding:2rem 1.25rem 4rem}
h1{font-size:2rem;line-height:1.2;margin:0 0 .5rem}
h2{font-size:1.25rem;margin:2.5rem 0 .75rem;padding-top:1rem;border-top:1px solid var(--rule)}
h3{font-size:1rem;margin:1.25rem 0 .4rem}
p,ul{max-width:46rem;margin:.5rem 0}
li{margin:.2rem 0}
.kind{color:var(--faint);margin:0;font-size:.875rem}
.soft,figcaption,caption{color:var(--soft);font-size:.875rem}
caption{text-align:left;padding-bottom:.4rem}
.headline{font-size:1.125rem;font-weight:600}
.note{background:var(--warn);color:var(--warn-ink);padding:.6rem .8rem;border-radius:.4rem;max-width:46rem}
.wide{overflow-x:auto;margin-bottom:1rem}
table{border-collapse:collapse;font-size:.875rem;font-variant-numeric:tabular-nums}
th,td{padding:.35rem .7rem;text-align:right;border-bottom:1px solid var(--rule);white-space:nowrap;vertical-align:top}
th{color:var(--soft);font-weight:600;vertical-align:bottom}
th:first-child,td:first-child{text-align:left;padding-left:0}
td.text,th.text{text-align:left;white-space:normal}
details{margin:.5rem 0}summary{cursor:pointer}
.checklist p{margin:.2rem 0}.checklist .note{padding:.3rem .5rem}.checklist td.text{min-width:10rem}.checklist td:nth-child(2){min-width:0}
tr.first td{border-top:1px solid var(--faint)}
tr.best td{font-weight:600}
.good{color:var(--good)}.bad{color:var(--bad)}
figure{margin:.75rem 0}
.panels{display:flex;flex-wrap:wrap;gap:1.25rem 1.5rem}
.panels figure{margin:0}
svg{display:block;max-width:100%;height:auto;font-family:inherit}
svg text{fill:var(--soft);font-size:12px}
svg text.name{fill:var(--ink)}
svg .axis{stroke:var(--rule);stroke-width:1}
svg .s-single{fill:var(--single)}svg .s-fusion{fill:var(--fusion)}
svg .l-single{stroke:var(--single)}svg .l-fusion{stroke:var(--fusion)}
svg .bar{stroke-width:2}
svg .clique{stroke:var(--fusion);stroke-width:4}
svg .dot{fill-opacity:.55}
svg .mean{stroke:var(--page);stroke-width:2}
svg .all{stroke:var(--faint);fill:none;stroke-width:1.5;stroke-dasharray:4 3}
svg .curve{fill:none;stroke-width:2}
svg .spread{stroke-opacity:.35;stroke-width:1}
svg .train{stroke:var(--faint);fill:none;stroke-width:1}
svg .stop{stroke:var(--mark);fill:none;stroke-width:1.5}
svg .kept{fill:var(--mark);stroke:var(--page);stroke-width:1.5}
svg .cell{fill:var(--mark)}
svg .grid{fill:var(--panel)}
svg text.on{fill:var(--on-mark)}
svg text.in{fill:var(--ink)}
code{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;font-size:.85em;overflow-wrap:anywhere}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.25rem 1rem;font-size:.875rem}
dt{color:var(--soft)}dd{margin:0;overflow-wrap:anywhere}
@media print{section{break-inside:avoid}}
"#;
