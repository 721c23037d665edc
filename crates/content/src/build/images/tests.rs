use super::*;

/// Files of a folder that is not on a disk.
struct Files(Vec<(&'static str, Vec<u8>)>);

impl Folder for Files {
    fn read(&self, name: &str) -> Option<Vec<u8>> {
        self.0.iter().find(|(known, _)| *known == name).map(|(_, bytes)| bytes.clone())
    }

    fn names(&self) -> Vec<String> {
        self.0.iter().map(|(name, _)| (*name).to_owned()).collect()
    }
}

fn hex(text: &str) -> Vec<u8> {
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap()).collect()
}

/// Black images of 3 × 2 pixels, written by Pillow 13.0.0 (`Image.new('RGB', (3, 2)).save(…)`);
/// of the JPEG only the head: its tables are cut out.
fn bitmaps() -> Vec<(&'static str, Vec<u8>)> {
    let avif = "00000020667479706176696600000000617669666d6966316d6961664d413142000000eb6d657461000000000000002168646c72000000000000000070696374000000000000000000000000000000000e7069746d0000000000010000001e696c6f63000000004400000100010000000100000113000000230000002869696e660000000000010000001a696e6665020000000001000061763031436f6c6f72000000006a697072700000004b6970636f0000001469737065000000000000000300000002000000107069786900000000030808080000000c6176314381000c0000000013636f6c726e636c780001000d0006800000001769706d610000000000000001000104010283040000002b6d64617412000a0818042b4404341a10321514c78786650208209e50000000485ad95cd6301760";
    vec![
        (
            "a.png",
            hex(
                "89504e470d0a1a0a0000000d49484452000000030000000208020000001216f14d0000000b49444154789c6360c00400001400017dfe1eee0000000049454e44ae426082",
            ),
        ),
        ("a.gif", hex("474946383761030002008100000000000000000000000000002c00000000030002000008060001081c1810003b")),
        ("a.JPG", hex("ffd8ffe000104a46494600010100000100010000ffc00011080002000303012200021101031101")),
        ("a.webp", hex("52494646240000005745425056503820180000003001009d012a0300020001402625a400037000fefd366800")),
        ("a.avif", hex(avif)),
    ]
}

const SVG: &[u8] = b"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 9 9'><title>T</title><g id='a'/></svg>";

fn resolve(files: Vec<(&'static str, Vec<u8>)>, dests: &[&str]) -> (BTreeMap<String, Image>, Vec<String>) {
    let uses: Vec<Found<ImageUse>> = dests
        .iter()
        .map(|dest| Found { value: ImageUse { dest: (*dest).into(), alt: "alt".into(), figure: None }, range: 0..1 })
        .collect();
    let folder = Files(files);
    let source = Source::new("p/i.md", "text");
    let mut images = Images::new(&source, "p/i.md", &folder);
    let resolved = images.resolve(&uses);
    (resolved, images.found.iter().map(ToString::to_string).collect())
}

fn fault(files: Vec<(&'static str, Vec<u8>)>, dest: &str, expected: &str) {
    let (resolved, found) = resolve(files, &[dest]);
    assert_eq!((resolved.len(), found), (0, vec![format!("p/i.md:1:1: error: {expected}")]));
}

#[test]
fn bitmaps_have_sizes() {
    let (resolved, found) = resolve(bitmaps(), &["a.png", "./a.gif", "a.JPG", "a.webp", "a%2Eavif", "a.png"]);
    assert_eq!(found, [""; 0]);
    assert_eq!(resolved.len(), 5);
    for (name, image) in resolved {
        assert_eq!(image, Image::Bitmap(3, 2), "{name}");
    }
}

#[test]
fn drawings_come_with_their_narrow_twins() {
    let (resolved, found) = resolve(
        vec![("d 1.svg", SVG.into()), ("d 1.narrow.svg", SVG.into()), ("e.svg", SVG.into())],
        &["d%201.svg", "e.svg"],
    );
    assert_eq!(found, [""; 0]);
    let drawing = |class: &str, prefix: &str| {
        format!("<svg class=\"{class}\" viewBox=\"0 0 9 9\" role=\"img\"><title>T</title><g id=\"{prefix}-a\"/></svg>")
    };
    assert_eq!(
        resolved["d%201.svg"],
        Image::Drawing { wide: drawing("w", "fig-d-1-w"), narrow: Some(drawing("n", "fig-d-1-n")) }
    );
    assert_eq!(resolved["e.svg"], Image::Drawing { wide: drawing("w", "fig-e-w"), narrow: None });
}

#[test]
fn a_drawings_faults_are_told_in_its_own_file() {
    let (resolved, found) = resolve(vec![("d.svg", SVG.into()), ("d.narrow.svg", b"<svg>\n</g>".into())], &["d.svg"]);
    assert_eq!(resolved.len(), 0);
    assert_eq!(found, ["p/d.narrow.svg:2:1: error: the drawing is not valid XML: expected 'svg' tag, not 'g'"]);
}

#[test]
fn images_that_are_not_there() {
    fault(bitmaps(), "b.png", "there is no image `b.png` in the post's folder; did you mean `a.png`?");
    fault(vec![("data.csv", vec![])], "data.png", "there is no image `data.png` in the post's folder");
    fault(
        bitmaps(),
        "https://a.b/c.png",
        "the image `https://a.b/c.png` is not of this site; save it in the post's folder",
    );
    fault(bitmaps(), "//a.b/c.png", "the image `//a.b/c.png` is not of this site; save it in the post's folder");
    fault(
        bitmaps(),
        "data:image/png;base64,x",
        "the image `data:image/png;base64,x` is not of this site; save it in the post's folder",
    );
    fault(
        bitmaps(),
        "../x/a.png",
        "the image `../x/a.png` is not in the post's folder; images are named by their file name alone",
    );
    fault(
        bitmaps(),
        "%2e%2e%2fa.png",
        "the image `%2e%2e%2fa.png` is not in the post's folder; images are named by their file name alone",
    );
    fault(bitmaps(), "", "the image has no file name; write `![what it shows](file)`");
}

#[test]
fn images_that_are_none() {
    fault(
        vec![("a.tiff", vec![1])],
        "a.tiff",
        "`a.tiff` is no image that browsers show; use svg, png, jpg, gif, webp or avif",
    );
    fault(vec![("a.png", b"text".into())], "a.png", "the size of the image `a.png` cannot be read; is the file whole?");
    fault(vec![("a.png", vec![])], "a.png", "the size of the image `a.png` cannot be read; is the file whole?");
    fault(vec![("b.png", bitmaps().remove(1).1)], "b.png", "the image `b.png` is not what its ending says");
}

#[test]
fn heavy_bitmaps_and_drawings_shown_twice() {
    let mut heavy = bitmaps().remove(0);
    heavy.1.resize(300 * 1024 + 1, 0);
    let (resolved, found) = resolve(vec![heavy], &["a.png"]);
    assert_eq!(resolved.len(), 1);
    assert_eq!(
        found,
        [
            "p/i.md:1:1: warning: the image `a.png` has 300 KB; above 300 KB a page loads slowly; make it smaller or save it as webp or avif"
        ]
    );
    let (_, found) = resolve(vec![("d.svg", SVG.into())], &["d.svg", "./d.svg"]);
    assert_eq!(found, ["p/i.md:1:1: error: the drawing `d.svg` is shown twice, which would double its ids"]);
}

/// Heads of real files with a byte changed each: sizes come from strangers' files.
#[test]
fn broken_bitmaps_do_not_panic() {
    for (name, bytes) in bitmaps() {
        for at in 0..bytes.len() {
            for value in [0, 1, 0x7f, 0x80, 0xff] {
                let mut broken = bytes.clone();
                broken[at] = value;
                resolve(vec![(name, broken)], &[name]);
            }
            resolve(vec![(name, bytes[..at].to_vec())], &[name]);
        }
    }
}
