use super::*;

fn number(n: usize) -> Vec<u8> {
    let mut out = Vec::new();
    push_number(&mut out, n);
    out
}

fn text(text: &str) -> Vec<u8> {
    [number(text.len()), text.as_bytes().to_vec()].concat()
}

fn section(id: u8, items: &[Vec<u8>]) -> Vec<u8> {
    let body = [number(items.len()), items.concat()].concat();
    [vec![id], number(body.len()), body].concat()
}

fn import(from: &str, name: &str, what: &[u8]) -> Vec<u8> {
    [text(from), text(name), what.to_vec()].concat()
}

fn export(name: &str, what: &[u8]) -> Vec<u8> {
    [text(name), what.to_vec()].concat()
}

const OWN: &str = "./blog_bg.js";
const CLOSURE: &str = "wasm_bindgen__convert__closures_____invoke__h0bacf75849a1261f";

fn module(imports: &[Vec<u8>], exports: &[Vec<u8>]) -> Vec<u8> {
    let code = section(10, &[vec![2, 0, 0x0b]]);
    [wasm::HEADER.to_vec(), section(1, &[]), section(IMPORTS, imports), section(EXPORTS, exports), code].concat()
}

#[test]
fn both_files_get_the_same_short_names() {
    let given = module(
        &[
            import(OWN, "__wbg_log_1c2d", &[0, 200, 1]),
            import(OWN, "__wbg_log_1c2d3e", &[0, 3]),
            import("./snippets/blog-1/inline0.js", "hear", &[0, 3]),
            import("env", "memory", &[2, 1, 17, 18]),
            import(OWN, "__wbg_log_1c2d", &[0, 4]),
        ],
        &[export(CLOSURE, &[0, 5]), export("memory", &[2, 0]), export("__wbindgen_malloc", &[0, 200, 1])],
    );
    let script = format!(
        "function {CLOSURE}(arg0) {{\nwasm.{CLOSURE}(arg0);\n}}\nconst import0 = {{\n__wbg_log_1c2d: function() {{\n\
         const cb0 = () => {CLOSURE}(a, `${{b}}`);\n}},\n__wbg_log_1c2d3e: function() {{}},\n}};\n\
         return {{\n\"{OWN}\": import0,\n\"./snippets/blog-1/inline0.js\": import1,\n}};\nwasm.memory;\n"
    );
    let expected = module(
        &[
            import(".", "a", &[0, 200, 1]),
            import(".", "b", &[0, 3]),
            import("./snippets/blog-1/inline0.js", "hear", &[0, 3]),
            import("env", "memory", &[2, 1, 17, 18]),
            import(".", "a", &[0, 4]),
        ],
        &[export("$a", &[0, 5]), export("memory", &[2, 0]), export("__wbindgen_malloc", &[0, 200, 1])],
    );
    let (short, module) = shorten(&script, &given).unwrap();
    assert_eq!(module, expected);
    assert_eq!(
        short,
        "function $a(arg0) {\nwasm.$a(arg0);\n}\nconst import0 = {\na: function() {\nconst cb0 = () => $a(a, `${b}`);\n\
         },\nb: function() {},\n};\nreturn {\n\".\": import0,\n\"./snippets/blog-1/inline0.js\": import1,\n};\nwasm.memory;\n"
    );
}

#[test]
fn a_script_that_is_another_ones_is_refused() {
    let module = module(&[import(OWN, "__wbg_log_1c2d", &[0, 3])], &[export(CLOSURE, &[0, 5])]);
    let of = |script: &str| shorten(script, &module).unwrap_err().to_string();
    assert_eq!(of(""), "the script does not name \"./blog_bg.js\" once");
    assert_eq!(
        of(&format!("({{ \"{OWN}\": {{ __wbg_log_1c2d3e() {{}}, {CLOSURE} }} }})")),
        "the script does not know `__wbg_log_1c2d` of its WebAssembly"
    );
    assert_eq!(
        of(&format!("const $a = {{ \"{OWN}\": {{ __wbg_log_1c2d() {{}}, {CLOSURE} }} }}")),
        "the script has something called `$a` already"
    );
}

#[test]
fn a_module_that_ends_early_or_imports_the_unknown_is_refused() {
    let whole = module(&[import(OWN, "__wbg_log_1c2d", &[0, 3])], &[]);
    for end in wasm::HEADER.len() + 1..whole.len() {
        let script = format!("({{ \"{OWN}\": {{ __wbg_log_1c2d() {{}} }} }})");
        // A module may end after a section.
        if let Ok((_, short)) = shorten(&script, &whole[..end]) {
            assert!(wasm::sections(&short).is_ok());
        }
    }
    let unknown = module(&[import(OWN, "x", &[9])], &[]);
    assert_eq!(
        shorten("", &unknown).unwrap_err().to_string(),
        "the WebAssembly module imports something of a kind that is not known here"
    );
}

#[test]
fn short_names_count_on_beyond_the_alphabet() {
    assert_eq!([0, 25, 26, 51, 52, 701, 702].map(letters), ["a", "z", "aa", "az", "ba", "zz", "aaa"]);
}
