"""How the HTML report looks, by day and by night."""

STYLE = """
:root { --paper: #f6f6f3; --card: #fff; --ink: #1c1c1a; --faint: #6a6a64;
  --line: #dcdcd6; --mark: #0072b2; }
@media (prefers-color-scheme: dark) {
  :root { --paper: #17181a; --card: #212326; --ink: #ececea; --faint: #a0a29f;
    --line: #393c40; --mark: #5db3ea; }
  img.plot, .glyphs img { filter: invert(0.87) hue-rotate(180deg); }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink);
  font: 16px/1.5 system-ui, -apple-system, "Segoe UI", "Noto Sans", sans-serif; }
main { max-width: 62rem; margin: 0 auto; padding: 2rem 1rem 4rem; }
h1 { font-size: 1.9rem; margin: 0; }
h2 { font-size: 1.2rem; margin: 0 0 .4rem; }
h3 { font-size: 1rem; margin: 0; overflow-wrap: anywhere; }
p { margin: .2rem 0 .8rem; overflow-wrap: anywhere; }
.faint, small { color: var(--faint); }
section { background: var(--card); border: 1px solid var(--line); border-radius: 10px;
  padding: 1.1rem 1.3rem; margin: 1.2rem 0; }
.tiles { display: grid; grid-template-columns: repeat(auto-fill, minmax(13.5rem, 1fr));
  gap: .8rem; margin: 1.2rem 0; }
.tile { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: .8rem 1rem;
  display: flex; flex-direction: column; }
.tile b { font-size: 1.6rem; color: var(--mark); font-variant-numeric: tabular-nums; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { text-align: right; padding: .3rem .6rem; border-bottom: 1px solid var(--line);
  vertical-align: baseline; }
thead th { font-weight: 600; font-size: .85rem; color: var(--faint); }
th:first-child { text-align: left; }
tbody th { font-weight: 600; overflow-wrap: anywhere; }
td small { display: block; white-space: nowrap; }
tr:last-child > * { border-bottom: 0; }
img { max-width: 100%; height: auto; }
img.plot { display: block; margin: 0 auto; border-radius: 6px; }
.glyphs { display: grid; grid-template-columns: repeat(auto-fill, minmax(6.6rem, 1fr)); gap: .9rem; }
figure { margin: 0; }
.glyphs img { width: 100%; image-rendering: pixelated; border: 1px solid var(--line); border-radius: 6px; }
figcaption { display: flex; flex-direction: column; font-size: .82rem; line-height: 1.3; }
figcaption small { overflow-wrap: anywhere; }
.page { border-top: 1px solid var(--line); padding: .9rem 0; }
.page img { border: 1px solid var(--line); border-radius: 6px; }
dt { font-weight: 600; }
dd { margin: 0 0 .6rem; color: var(--faint); }
@media print { body { background: #fff; } section, .tile { break-inside: avoid; } }
"""
