use super::*;

/// The source with its spans in brackets: `k[def] f[x]():`.
fn marked(name: &str, source: &str) -> String {
    let mut marked = String::new();
    language(name).unwrap().spans(source, &mut |class, text| match class {
        Class::Plain => marked.push_str(text),
        class => marked += &format!("{}[{text}]", class.letter()),
    });
    marked
}

fn check(name: &str, cases: &[(&str, &str)]) {
    for (source, expected) in cases {
        assert_eq!(marked(name, source), *expected, "{name}: {source}");
    }
}

#[test]
fn python() {
    check(
        "python",
        &[
            ("def rope(x, base=10_000.0):  # why", "k[def] f[rope](x, base=n[10_000.0]):  c[# why]"),
            (
                "class A(B):\n    @app.get\n    def f(self): self.x @ w",
                "k[class] t[A](B):\n    a[@app.get]\n    k[def] f[f](l[self]): l[self].x @ w",
            ),
            ("s = 'it\\'s' + \"a\\\\\" + \"open\nx = 1", "s = s['it\\'s'] + s[\"a\\\\\"] + s[\"open]\nx = n[1]"),
            ("'''a\n\"b\"\n''' + rb\"\\x\" + \"\"", "s['''a\n\"b\"\n'''] + s[rb\"\\x\"] + s[\"\"]"),
            ("f\"{{a}} {x['a']:.4f} {n!r}\" % 1", "s[f\"{{a}} ]{x[s['a']]:n[.4f]}s[ ]{n!r}s[\"] % n[1]"),
            ("f'{x\ny = 2", "s[f']{x\ny = n[2]"),
            (
                "1e-5 + 0xFFe+1 + 1j - .5 if a[1:2] else x.y",
                "n[1e-5] + n[0xFFe]+n[1] + n[1j] - n[.5] k[if] a[n[1]:n[2]] k[else] x.y",
            ),
            ("x = None", "x = l[None]"),
        ],
    );
}

#[test]
fn rust() {
    check(
        "rs",
        &[
            ("/* a /* b */ c */ x // d", "c[/* a /* b */ c */] x c[// d]"),
            (
                "fn f<'a>(x: &'a str) -> Option<T> { MAX }",
                "k[fn] f[f]<l['a]>(x: &l['a] t[str]) -> t[Option]<t[T]> { MAX }",
            ),
            (
                "let c = 'x'; let d = '\\''; let e = b'\"'; 'outer: loop {}",
                "k[let] c = s['x']; k[let] d = s['\\'']; k[let] e = s[b]s['\"']; l['outer]: k[loop] {}",
            ),
            ("r#\"a\"b\"# + br\"\\\" + r#type + b\"x\"", "s[r#\"a\"b\"#] + s[br\"\\\"] + r#type + s[b\"x\"]"),
            ("#[doc = \"]\"] #![a(b[1])] # x", "a[#[doc = \"]\"]] a[#![a(b[1])]] # x"),
            ("println!(\"{x}\"); a != (b)", "f[println!](s[\"{x}\"]); a != (b)"),
            ("for i in 0..10 { x.0.await }", "k[for] i k[in] n[0]..n[10] { x.n[0].k[await] }"),
            ("\"two\nlines\"", "s[\"two\nlines\"]"),
        ],
    );
}

#[test]
fn scripts() {
    check(
        "js",
        &[
            ("const re = /[/\\]]+/g, x = a / b / c", "k[const] re = s[/[/\\]]+/g], x = a / b / c"),
            ("return /a/.test(x) ? (1) / 2 : /b/", "k[return] s[/a/].test(x) ? (n[1]) / n[2] : s[/b/]"),
            ("`a ${f({b: `c${1}`})} d\n`", "s[`a ]${f({b: s[`c]${n[1]}s[`]})}s[ d\n`]"),
            ("p.catch(e => this.default)", "p.catch(e => l[this].default)"),
            ("function* g() {} class A extends B {}", "k[function]* f[g]() {} k[class] t[A] k[extends] t[B] {}"),
            ("a /* b */ // c", "a c[/* b */] c[// c]"),
        ],
    );
    check("ts", &[("interface A { readonly x: number }", "k[interface] t[A] { k[readonly] x: t[number] }")]);
}

#[test]
fn c_and_its_children() {
    check(
        "c",
        &[
            ("#include <stdio.h>\n# define N 10u", "a[#include] s[<stdio.h>]\na[# define] N n[10u]"),
            ("static int main(void) { return f(x); }", "k[static] t[int] f[main](t[void]) { k[return] f(x); }"),
            ("char c = '\\''; /* a /* b */ x = a * f(1);", "t[char] c = s['\\'']; c[/* a /* b */] x = a * f(n[1]);"),
        ],
    );
    check(
        "c++",
        &[(
            "auto s = R\"x(a)\" b)x\"; int n = 1'000; using A = L\"b\";",
            "k[auto] s = s[R\"x(a)\" b)x\"]; t[int] n = n[1'000]; k[using] A = s[L\"b\"];",
        )],
    );
    check(
        "cuda",
        &[(
            "__global__ void add(float *x) { x[threadIdx.x] *= 2.f; }",
            "k[__global__] t[void] f[add](t[float] *x) { x[l[threadIdx].x] *= n[2.f]; }",
        )],
    );
}

#[test]
fn shells() {
    check(
        "bash",
        &[
            ("cargo run -- \"$x ${y:-1} \\$z\" # go", "f[cargo] run -- s[\"]v[$x]s[ ]v[${y:-1}]s[ \\$z\"] c[# go]"),
            ("A=1 B+=\"x\" make a#b && cd 'a\nb'", "v[A]=1 v[B]+=s[\"]s[x\"] f[make] a#b && f[cd] s['a\nb']"),
            ("for f in *.md; do echo in $f; done", "k[for] f k[in] *.md; k[do] f[echo] in v[$f]; k[done]"),
            ("x=\"$(date -d \"$d\")\" y", "v[x]=s[\"]$(f[date] -d s[\"]v[$d]s[\"])s[\"] y"),
            ("cat <<'EOF' > f\n$a\nEOF\nls", "f[cat] <<s['EOF'] > f\ns[$a\nEOF]\nf[ls]"),
            ("cat <<< $a", "f[cat] <<< v[$a]"),
            ("a | b $? $(( 1 + (2) )) $", "f[a] | f[b] v[$?] $(( f[1] + (f[2]) )) $"),
        ],
    );
    check("console", &[("$ ls \\\n  -l\nfor x\n# id", "c[$ ]f[ls] \\\n  -l\nfor x\nc[# ]f[id]")]);
}

#[test]
fn data() {
    check(
        "toml",
        &[
            (
                "[a.b] # c\nkey-1.x = 'a\\' # d\n\"k\" = true",
                "t[[a.b]] c[# c]\nv[key-1.x] = s['a\\'] c[# d]\nv[\"k\"] = l[true]",
            ),
            (
                "d = 1979-05-27T07:32:00Z\ne = [\n  [1, -2.5],\n]\ns = \"\"\"a\nb\"\"\"",
                "v[d] = n[1979-05-27T07:32:00Z]\nv[e] = [\n  [n[1], -n[2.5]],\n]\nv[s] = s[\"\"\"a\nb\"\"\"]",
            ),
        ],
    );
    check("json", &[("{\"a\" : [\"b\", 1e3, null]}", "{v[\"a\"] : [s[\"b\"], n[1e3], l[null]]}")]);
    check(
        "yaml",
        &[
            (
                "---\na: 1 # b\n- c d: \"e: f\"\n- url: http://x",
                "k[---]\nv[a]: n[1] c[# b]\n- v[c d]: s[\"e: f\"]\n- v[url]: http://x",
            ),
            (
                "a: |\n  b: c\n\n  # d\ne: {f: true, g: [h, 2]}",
                "v[a]: k[|]\ns[  b: c]\n\ns[  # d]\nv[e]: {v[f]: l[true], v[g]: [h, n[2]]}",
            ),
            ("a: &x !!str b#c\n'k k': *x", "v[a]: a[&x] a[!!str] b#c\nv['k k']: a[*x]"),
        ],
    );
    check(
        "diff",
        &[("--- a\n+++ b\n@@ -1 +1 @@ f\n-x\n+y\n z", "h[--- a]\nh[+++ b]\nh[@@ -1 +1 @@ f]\nd[-x]\ni[+y]\n z")],
    );
    check("text", &[("def \"x\"", "def \"x\"")]);
}

#[test]
fn names_are_known_in_any_case_and_nothing_else_is() {
    for name in NAMES {
        assert!(language(name).is_some() && language(&name.to_uppercase()).is_some(), "{name}");
    }
    for entry in LANGUAGES {
        assert!(NAMES.contains(&entry.names.split(' ').next().unwrap()), "{} is suggested", entry.name);
    }
    assert!(["", " ", "pyth", "python py"].iter().all(|name| language(name).is_none()));
    assert_eq!(language("C++").map(Language::name), Some("C++"));
}

/// A small generator, so that failures come back: the same seeds, the same sources.
/// Source: Marsaglia 2003, "Xorshift RNGs", §3.
struct Random(u64);

impl Random {
    fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % n as u64) as usize
    }
}

fn put_together(language: Language, source: &str) -> String {
    let mut whole = String::new();
    language.spans(source, &mut |_, text| {
        assert!(!text.is_empty() || source.is_empty(), "no empty span");
        whole.push_str(text);
    });
    whole
}

#[test]
fn spans_put_together_are_the_source_whatever_it_is() {
    const PIECES: [&str; 48] = [
        "\"",
        "'",
        "`",
        "\\",
        "\n",
        " ",
        "#",
        "/",
        "*",
        "/*",
        "*/",
        "//",
        "{",
        "}",
        "${",
        "$(",
        ")",
        "(",
        "[",
        "]",
        "<<",
        "EOF",
        "'''",
        "\"\"\"",
        "r#\"",
        "\"#",
        "f\"",
        "rb'",
        "R\"x(",
        "é",
        "世",
        "\u{1F600}",
        "\u{300}",
        "\0",
        "\r\n",
        "\t",
        "0x1e+",
        "1.",
        "..",
        "def ",
        "fn ",
        "@a",
        "- ",
        ": ",
        "|",
        "!",
        "=",
        "'a",
    ];
    let mut random = Random(0x9E37_79B9_7F4A_7C15);
    for entry in LANGUAGES {
        for round in 0..1500 {
            let source: String = match round % 3 {
                0 => (0..random.below(40)).map(|_| PIECES[random.below(PIECES.len())]).collect(),
                1 => {
                    let bytes: Vec<u8> = (0..random.below(60)).map(|_| random.below(256) as u8).collect();
                    String::from_utf8_lossy(&bytes).into_owned()
                }
                _ => (0..random.below(60)).map(|_| char::from(random.below(128) as u8)).collect(),
            };
            assert_eq!(put_together(Language(entry), &source), source, "{}", entry.name);
        }
    }
}

/// An end that is sought again and again would take minutes here, not seconds.
#[test]
fn long_sources_without_ends_are_read_once() {
    for entry in LANGUAGES {
        for piece in [
            "#[", "/[", "\"", "f\"{", "`${", "\"$(", "${ ", "/*", "r#\"", "R\"(", "[a, ", "- ", "'", "<<a ", "a: ",
            "a    ", "\"\" ", "(", "@",
        ] {
            let source = piece.repeat(100_000 / piece.len());
            assert_eq!(put_together(Language(entry), &source).len(), source.len());
        }
    }
}
