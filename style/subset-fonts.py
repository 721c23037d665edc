"""Cuts the web fonts in fonts/ out of the published ones; run by hand when a glyph is missing.

Needs fonttools and brotli (made with fonttools 4.68.0, brotli 1.2.1), and these packages unpacked side by
side in DIR: @fontsource/stix-two-text 5.3.0, @fontsource/stix-two-math 5.3.0,
@fontsource/source-sans-3 5.3.1, @fontsource/source-code-pro 5.3.1:

    npm pack @fontsource/stix-two-text@5.3.0 …  (unpack each to DIR/<name>/)
    python3 subset-fonts.py DIR

All are under the SIL Open Font License 1.1 (OFL.txt). "Source" is a reserved font name, so the cut
faces carry names of their own; STIX reserves none. The MATH table of STIX Two Math is kept: without it
delimiters do not stretch.
"""

import sys
from pathlib import Path

from fontTools.pens.transformPen import TransformPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

# The formulas of the articles: Latin, Greek, operators, arrows, brackets, mathematical alphabets.
MATH = (
    "20-7E A0 A7 A8 AC AE-B1 B4 B5 B7 D7 F7 131 237 2C6 2C7 2D8-2DA 2DC 300-30C 327 338 20D7 370-3FF 2009 2010-2016 2018-201D 2020-2022 2026 "
    "2030 2032-2037 203E 2044 2057 2061-2064 2102 210A-2115 2118-211D 2124 2126-2127 2128 212B-2138 213C-2149 2190-21FF 2200-22FF 2300-2311 "
    "231C-231F 2322-2323 23B0-23B1 23B4-23B5 23DC-23E1 25A0-25A1 25B2-25C3 25C6-25CB 25EF 25FB 2605 2660-2667 266D-266F 2713 2720 27C2 27CB 27CD 27D5-27D7 27E6-27EF "
    "27F0-27FF 2900-2905 290C-2913 2983-2986 29B5 29EB 2A00-2A06 2A0C 2A3F 2A5E 2A74 2A7D-2A8D 2A95-2A96 2AAF-2ABA 2AC5-2ACC "
    "1D400-1D433 1D434-1D467 1D468-1D49B 1D49C-1D4CF 1D504-1D537 1D538-1D56B 1D5A0-1D5D3 1D670-1D6A3 1D6A4-1D6A5 1D6A8-1D755 1D7CE-1D7E1"
)
TEXT = "20-7E A0-FF 131 152-153 2C6 2DA 2DC 2010-2014 2018-201A 201C-201E 2020-2022 2026 2030 2032-2033 2039-203A 20AC 2122 2190-2193 2197 21A9 2212 2248 2260 2264-2265"

FACES = [
    ("stix-two-text/files/stix-two-text-latin-400-normal.woff2", "text", TEXT, None),
    ("stix-two-text/files/stix-two-text-latin-400-italic.woff2", "text-i", TEXT, None),
    ("stix-two-text/files/stix-two-text-latin-600-normal.woff2", "text-b", TEXT, None),
    ("stix-two-math/files/stix-two-math-latin-400-normal.woff2", "math", MATH, None),
    ("source-sans-3/files/source-sans-3-latin-400-normal.woff2", "sans", TEXT, "Blog Sans"),
    ("source-sans-3/files/source-sans-3-latin-600-normal.woff2", "sans-b", TEXT, "Blog Sans"),
    ("source-code-pro/files/source-code-pro-latin-400-normal.woff2", "code", TEXT, "Blog Code"),
]


def code_points(ranges):
    for piece in ranges.split():
        first, _, last = piece.partition("-")
        yield from range(int(first, 16), int(last or first, 16) + 1)


def mend(font):
    """Mends what trips Chromium in STIX Two Math: arrows to the right and the width of roots."""
    cmap, variants = font.getBestCmap(), font["MATH"].table.MathVariants
    horizontal = dict(zip(variants.HorizGlyphCoverage.glyphs, variants.HorizGlyphConstruction))
    vertical = dict(zip(variants.VertGlyphCoverage.glyphs, variants.VertGlyphConstruction))
    # The last part of an arrow to the right has its connector at the wrong end: Chromium does not stretch it.
    for construction in horizontal.values():
        parts = construction.GlyphAssembly.PartRecords if construction.GlyphAssembly else []
        if parts and not parts[-1].PartFlags & 1 and parts[-1].StartConnectorLength == 0:
            last = parts[-1]
            last.StartConnectorLength, last.EndConnectorLength = last.EndConnectorLength, 0
    # Chromium gives every root the width of the widest one, which leaves a gap behind it: make all equally wide.
    root = vertical[cmap[0x221A]]
    metrics, width = font["hmtx"], font["hmtx"][cmap[0x221A]][0]
    single = [record.VariantGlyph for record in root.MathGlyphVariantRecord]
    parts = [part.glyph for part in (root.GlyphAssembly.PartRecords if root.GlyphAssembly else [])]
    widest = max((metrics[name][0] for name in parts), default=width)
    scales = {name: width / metrics[name][0] for name in single} | {name: width / widest for name in parts}
    glyphs = font.getGlyphSet()
    for name, scale in scales.items():
        if scale < 1:
            pen = TTGlyphPen(glyphs)
            glyphs[name].draw(TransformPen(pen, (scale, 0, 0, 1, 0, 0)))
            advance, bearing = metrics[name]
            font["glyf"][name] = pen.glyph()
            metrics[name] = (round(advance * scale), round(bearing * scale))


def main(packages):
    for source, name, ranges, family in FACES:
        options = Options()
        options.flavor = "woff2"
        options.hinting = False
        if name == "math":
            options.layout_features = ["ssty", "dtls", "flac"]
        font = TTFont(packages / source)
        subsetter = Subsetter(options)
        subsetter.populate(unicodes=code_points(ranges))
        subsetter.subset(font)
        if name == "math":
            mend(font)
        if family:
            for record in list(font["name"].names):
                if record.nameID in (1, 3, 4, 6, 16):
                    record.string = family.replace(" ", "") if record.nameID == 6 else family
        target = Path(__file__).parent / "fonts" / f"{name}.woff2"
        font.flavor = "woff2"
        font.save(target)
        print(f"{target.name}: {target.stat().st_size} bytes")


main(Path(sys.argv[1]))
