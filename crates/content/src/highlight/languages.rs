//! The languages, as tables.

/// A language.
pub(super) struct Entry {
    /// What authors call it, in lower case.
    pub(super) names: &'static str,
    pub(super) name: &'static str,
    pub(super) grammar: Grammar,
}

/// How a language is read.
pub(super) enum Grammar {
    Code(&'static Rules),
    Shell,
    Console,
    Yaml,
    Diff,
    Text,
}

/// What tells one language with words, strings and comments from another.
pub(super) struct Rules {
    pub(super) keywords: &'static str,
    /// More keywords, where one language contains another.
    pub(super) more: &'static str,
    pub(super) literals: &'static str,
    pub(super) types: &'static str,
    /// What begins a comment up to the end of the line.
    pub(super) comment: &'static str,
    /// The sign that follows a key, or 0.
    pub(super) key: u8,
    /// Of the flags below.
    pub(super) flags: u16,
}

/// `/* … */`.
pub(super) const BLOCK_COMMENT: u16 = 1;
/// Python: triple quotation marks, prefixes, `f"{x}"`.
pub(super) const PREFIXES: u16 = 1 << 1;
/// Rust: lifetimes, raw strings, attributes, macros, comments in comments.
pub(super) const RUST: u16 = 1 << 2;
/// JavaScript: templates, regular expressions, any word after a dot.
pub(super) const SCRIPT: u16 = 1 << 3;
/// C: the preprocessor, functions without a keyword.
pub(super) const PREPROCESSOR: u16 = 1 << 4;
/// A word with a capital is a type.
pub(super) const CAPITALS: u16 = 1 << 5;
/// `@name`.
pub(super) const DECORATORS: u16 = 1 << 6;
/// TOML: triple quotation marks, `[sections]`, dates, words with hyphens and dots.
pub(super) const TOML: u16 = 1 << 7;

const PLAIN: Rules = Rules { keywords: "", more: "", literals: "", types: "", comment: "//", key: 0, flags: 0 };

const PYTHON: Rules = Rules {
    keywords: "and as assert async await break class continue def del elif else except finally for from global if \
               import in is lambda nonlocal not or pass raise return try while with yield",
    literals: "True False None self cls",
    comment: "#",
    flags: PREFIXES | DECORATORS,
    ..PLAIN
};

const RUST_RULES: Rules = Rules {
    keywords: "as async await break const continue crate dyn else enum extern fn for if impl in let loop match mod \
               move mut pub ref return static struct super trait type unsafe use where while",
    literals: "true false self",
    types: "u8 u16 u32 u64 u128 usize i8 i16 i32 i64 i128 isize f32 f64 bool char str",
    flags: BLOCK_COMMENT | RUST | CAPITALS,
    ..PLAIN
};

const JAVASCRIPT: Rules = Rules {
    keywords: "async await break case catch class const continue debugger default delete do else export extends \
               finally for function if import in instanceof let new of return static switch throw try typeof var void \
               while with yield",
    literals: "true false null undefined this super NaN Infinity",
    flags: BLOCK_COMMENT | SCRIPT | CAPITALS | DECORATORS,
    ..PLAIN
};

const TYPESCRIPT: Rules = Rules {
    more: "abstract as asserts declare enum implements infer interface is keyof namespace private protected public \
           readonly satisfies type",
    types: "any bigint boolean never number object string symbol unknown",
    ..JAVASCRIPT
};

const C: Rules = Rules {
    keywords: "auto break case const continue default do else enum extern for goto if inline register restrict return \
               sizeof static struct switch typedef union volatile while",
    literals: "NULL true false",
    types: "bool char double float int int8_t int16_t int32_t int64_t long short signed size_t ssize_t uint8_t \
            uint16_t uint32_t uint64_t unsigned void",
    flags: BLOCK_COMMENT | PREPROCESSOR,
    ..PLAIN
};

const CPP: Rules = Rules {
    more: "alignas alignof and catch class concept constexpr consteval decltype delete dynamic_cast explicit export \
           final friend mutable namespace new noexcept not operator or override private protected public \
           reinterpret_cast requires static_assert static_cast template throw try typeid typename using virtual",
    literals: "NULL nullptr true false this",
    ..C
};

const CUDA: Rules = Rules {
    more: "catch class constexpr delete explicit final friend mutable namespace new noexcept operator override private \
           protected public reinterpret_cast static_assert static_cast template throw try typename using virtual \
           __global__ __device__ __host__ __shared__ __constant__ __managed__ __restrict__ __launch_bounds__ \
           __forceinline__ __noinline__ __syncthreads __syncwarp",
    literals: "NULL nullptr true false this threadIdx blockIdx blockDim gridDim warpSize",
    types: "bool char dim3 double float float2 float4 half half2 int int4 int8_t int32_t int64_t long short size_t \
            uint8_t uint32_t uint64_t unsigned void __half __nv_bfloat16",
    ..C
};

const TOML_RULES: Rules = Rules { literals: "true false inf nan", comment: "#", key: b'=', flags: TOML, ..PLAIN };

const JSON: Rules = Rules { literals: "true false null", key: b':', flags: BLOCK_COMMENT, ..PLAIN };

macro_rules! languages {
    ($($names:literal $name:literal $grammar:expr;)+) => {
        pub(super) const LANGUAGES: &[Entry] = &[$(Entry { names: $names, name: $name, grammar: $grammar }),+];
    };
}

languages! {
    "python py python3" "Python" Grammar::Code(&PYTHON);
    "rust rs" "Rust" Grammar::Code(&RUST_RULES);
    "javascript js mjs jsx" "JavaScript" Grammar::Code(&JAVASCRIPT);
    "typescript ts tsx" "TypeScript" Grammar::Code(&TYPESCRIPT);
    "bash sh shell zsh" "Shell" Grammar::Shell;
    "console shell-session" "Console" Grammar::Console;
    "toml" "TOML" Grammar::Code(&TOML_RULES);
    "json jsonc" "JSON" Grammar::Code(&JSON);
    "yaml yml" "YAML" Grammar::Yaml;
    "c h" "C" Grammar::Code(&C);
    "c++ cpp cc cxx hpp" "C++" Grammar::Code(&CPP);
    "cuda cu" "CUDA" Grammar::Code(&CUDA);
    "diff patch" "Diff" Grammar::Diff;
    "text txt plain plaintext" "Text" Grammar::Text;
}
