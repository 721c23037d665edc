//! What formulas become, feature by feature; the corpus in `tests/formulas` is the breadth.

use super::Engine;
use std::collections::BTreeMap;

fn engine() -> Engine {
    let macros = [(r"\R", r"\mathbb{R}"), (r"\norm", r"\lVert #1 \rVert_{#2}"), (r"\E", r"\mathop{\mathbb E}")];
    Engine::new(&macros.map(|(name, body)| (name.to_owned(), body.to_owned())).into()).unwrap()
}

fn inner(tex: &str, display: bool) -> String {
    let mathml = engine().convert(tex, display).unwrap_or_else(|error| panic!("{tex}: {error:?}"));
    let opening = if display { "<math display=\"block\">" } else { "<math>" };
    mathml.strip_prefix(opening).and_then(|rest| rest.strip_suffix("</math>")).unwrap_or(&mathml).to_owned()
}

fn check(tex: &str, expected: &str) {
    assert_eq!(inner(tex, true), expected, "{tex}");
}

fn same(tex: &str, other: &str) {
    assert_eq!(inner(tex, true), inner(other, true), "{tex} and {other}");
}

/// `offset: message`, and what the help contains.
fn refuses(tex: &str, expected: &str, help: &str) {
    let error = engine().convert(tex, true).expect_err(tex);
    assert_eq!(format!("{}: {}", error.offset, error.message), expected, "{tex}");
    assert!(error.help.as_deref().unwrap_or_default().contains(help), "{tex}: {:?}", error.help);
}

#[test]
fn may_be_shared_between_threads() {
    fn shared<T: Send + Sync>() {}
    shared::<Engine>();
}

#[test]
fn wraps_by_kind() {
    let engine = engine();
    assert_eq!(engine.convert("x", false).unwrap(), "<math><mi>x</mi></math>");
    assert_eq!(engine.convert("x", true).unwrap(), "<math display=\"block\"><mi>x</mi></math>");
}

#[test]
fn macros_of_the_site_and_of_the_formula() {
    same(r"x\in\R^n", r"x\in\mathbb{R}^n");
    same(r"\norm{x}2", r"\lVert x\rVert_{2}");
    same(r"\newcommand{\v}[2][n]{#2_{#1}} \v{x}+\v[m]{y}", "x_{n}+y_{m}");
    same(r"\def\sq#1{#1^2}\sq{ab}", "ab^2");
    same(r"\DeclareMathOperator*{\am}{arg\,min}\am_x f", r"\operatorname*{arg\,min}_x f");
    same(r"\renewcommand\R{r}\R\let\b\beta\b", r"r\beta");
}

#[test]
fn tags_stand_behind_or_in_their_row() {
    let convert = |tex| engine().convert(tex, true).unwrap();
    assert!(convert(r"a=b\tag{1}").ends_with(r#"</math><span class="tag">(1)</span>"#));
    assert!(
        convert(r"\begin{aligned}a&=b\\&=c\end{aligned}\tag*{A<B}")
            .ends_with(r#"</math><span class="tag">A&lt;B</span>"#)
    );
    assert!(convert(r"\begin{align}a&=b\tag{2}\\\end{align}").ends_with(r#"</math><span class="tag">(2)</span>"#));
    let rows = convert(r"\begin{align}a&=b\tag{1}\\c&=d\end{align}");
    assert!(
        rows.contains(r#"<mtable class="m-align m-wide" displaystyle="true">"#) && !rows.contains("span"),
        "{rows}"
    );
    assert!(rows.contains(r#"<mtd class="m-fill m-tag"><mtext>(1)</mtext></mtd>"#), "{rows}");
    assert!(engine().convert(r"a\tag{1}", false).is_err());
    same(r"a=b\label{x}", "a=b");
}

#[test]
fn tables_are_classes() {
    check(
        r"\begin{pmatrix}a&b\end{pmatrix}",
        r#"<mrow><mo>(</mo><mtable class="m-matrix"><mtr><mtd><mspace height="0.84em" depth="0.36em"/><mi>a</mi></mtd><mtd><mi>b</mi></mtd></mtr></mtable><mo>)</mo></mrow>"#,
    );
    check(
        r"\begin{array}{l|r}a&b\\[2pt]\hline c&d\end{array}",
        r#"<mtable class="m-matrix"><mtr><mtd class="m-l m-br"><mspace height="0.84em" depth="0.56em"/><mi>a</mi></mtd><mtd class="m-r"><mi>b</mi></mtd></mtr><mtr><mtd class="m-l m-br m-bt"><mspace height="0.84em" depth="0.36em"/><mi>c</mi></mtd><mtd class="m-r m-bt"><mi>d</mi></mtd></mtr></mtable>"#,
    );
    // A sign that continues a row keeps the spacing of a sign between terms.
    let aligned = inner(r"\begin{aligned}a&=b\\&+c\end{aligned}", true);
    assert!(aligned.contains("<mtd><mrow></mrow><mo>=</mo><mi>b</mi></mtd>"), "{aligned}");
    assert!(aligned.contains("<mtd><mrow></mrow><mo>+</mo><mi>c</mi></mtd>"), "{aligned}");
    same(r"\begin{split}a&=b\\&=c\end{split}", r"\begin{aligned}a&=b\\&=c\end{aligned}");
    same(r"\begin{align*}a&=b\end{align*}", r"\begin{aligned}a&=b\\\end{aligned}");
    let stack = inner(r"\sum_{\substack{i<n\\j<m}}", true);
    assert!(stack.starts_with(r#"<munder><mo lspace="0" rspace="0">∑</mo><mtable class="m-stack">"#), "{stack}");
    assert!(stack.contains(r#"<mo lspace="0" rspace="0">&lt;</mo>"#), "a script's spacing: {stack}");
}

#[test]
fn comment_columns_and_trailing_columns() {
    let rows = inner(r"\begin{aligned}a&=b&\scriptstyle{\text{; why}}\\c&=d&\end{aligned}", true);
    assert!(
        rows.contains(
            "<mtd><mrow displaystyle=\"false\" scriptlevel=\"1\"><mtext>;\u{A0}why</mtext></mrow></mtd></mtr>"
        ),
        "{rows}"
    );
    assert!(rows.contains("<mi>d</mi></mtd><mtd></mtd></mtr></mtable>"), "{rows}");
}

#[test]
fn text_with_faces_and_mathematics() {
    check(r"\text{a $x$ b}", "<mrow><mtext>a\u{A0}</mtext><mi>x</mi><mtext>\u{A0}b</mtext></mrow>");
    check(
        r"\text{a \textbf{b \emph{c}} <\&\'e}",
        "<mrow><mtext>a\u{A0}</mtext><mtext class=\"m-b\">b\u{A0}</mtext><mtext class=\"m-b m-i\">c</mtext><mtext>\u{A0}&lt;&amp;e\u{301}</mtext></mrow>",
    );
    check(r"\texttt{x}", r#"<mrow><mtext class="m-tt">x</mtext></mrow>"#);
    check(r"\verb|^ $|", "<mrow><mtext class=\"m-tt\">^\u{A0}$</mtext></mrow>");
    check("\\text{``a'' -- b}", "<mtext>“a”\u{A0}–\u{A0}b</mtext>");
    check(r"x_\text{max}", "<msub><mi>x</mi><mtext>max</mtext></msub>");
}

#[test]
fn operators_and_their_limits() {
    check(
        r"\operatorname*{arg\,max}_x",
        "<munder><mo movablelimits=\"true\" lspace=\"0\" rspace=\"0.1667em\">arg\u{2009}max</mo><mi>x</mi></munder>",
    );
    check(r"\operatorname{Top-k}x", r#"<mo lspace="0" rspace="0.1667em">Top-k</mo><mi>x</mi>"#);
    check(r"\E_x", r#"<munder><mo movablelimits="true" lspace="0" rspace="0.1667em">𝔼</mo><mi>x</mi></munder>"#);
    same(r"\mathop{\rm lim\,sup}_n", r"\operatorname*{lim\,sup}_n");
    same(r"\operatorname{a}\limits_x", r"\mathop{\mathrm{a}}\limits_x");
    assert!(inner(r"\mathop{\hat X}_a^b", true).contains("<munder><mover>"));
    assert!(inner(r"\mathop{\hat X}_a^b", false).starts_with("<msubsup>"));
    assert!(inner(r"a_1,\dots,a_n", true).contains("<mi>…</mi>"));
    same(r"a+\dots+b", r"a+\cdots+b");
    same(r"f\!\left(x\right)\!y", r"f\left(x\right)y");
}

#[test]
fn colours_boxes_strokes() {
    check(r"\textcolor{red}{x}", r#"<mrow class="m-c-red"><mi>x</mi></mrow>"#);
    check(r"\color{#B33}x", r##"<mrow mathcolor="#b33"><mi>x</mi></mrow>"##);
    check(
        r"a\textcolor{red}{=}b",
        r#"<mi>a</mi><mrow class="m-c-red"><mrow></mrow><mo>=</mo><mrow></mrow></mrow><mi>b</mi>"#,
    );
    check(r"\boxed{x}", r#"<mrow class="m-box" displaystyle="true"><mi>x</mi></mrow>"#);
    check(r"\cancel{x}", r#"<mrow class="m-cancel"><mi>x</mi></mrow>"#);
    check(r"\mathllap{x}", r#"<mpadded width="0"><mrow class="m-llap"><mi>x</mi></mrow></mpadded>"#);
    check(r"\smash[b]{x}", r#"<mpadded depth="0"><mi>x</mi></mpadded>"#);
    check(r"a\!b", r#"<mi>a</mi><mspace class="m-n3"/><mi>b</mi>"#);
    check(r"a\hspace{-1.5em}b", r#"<mi>a</mi><mrow><mspace class="m-n18"/><mspace class="m-n9"/></mrow><mi>b</mi>"#);
    let sizes = inner(r"\Large a\small b", true);
    assert!(
        sizes.contains("mathsize=\"144%\"") && sizes.contains("mathsize=\"62%\""),
        "sizes do not multiply: {sizes}"
    );
    check(r"x^{\large a}", r#"<msup><mi>x</mi><mrow><mrow mathsize="120%"><mi>a</mi></mrow></mrow></msup>"#);
}

#[test]
fn an_alphabet_reaches_into_what_is_made_apart() {
    same(r"\mathbf{\boxed{x}}", r"\boxed{\mathbf{x}}");
    same(r"{\bf \textcolor{red}{x}}", r"\textcolor{red}{\mathbf x}");
}

#[test]
fn old_fractions() {
    same(r"{a \over b}", r"{\frac{a}{b}}");
    same(r"{n \choose k}", r"\binom{n}{k}");
    same(r"\frac12^3", r"{\frac{1}{2}}^{3}");
    same(r"x^\frac12", r"x^{\frac{1}{2}}");
}

#[test]
fn refuses_with_the_place_and_a_way_on() {
    refuses("", "0: the formula is empty", "");
    refuses("{ }", "0: the formula shows nothing", "");
    refuses(r"é + \alhpa", r"5: `\alhpa` is no known command", r"`\alpha`");
    refuses(r"\nrom{x}", r"0: `\nrom` is no known command", r"`\norm`");
    refuses("a &= b", "2: `&` stands outside a table", "aligned");
    refuses(r"\frac{a}", r"0: `\frac` lacks an argument", "");
    refuses("x^2^3", "3: a base has two superscripts or two subscripts", "{x^a}^b");
    refuses("a^", "1: `^` has nothing behind it", "argument");
    refuses("a}", "1: `}` closes a brace that was never opened", r"\}");
    refuses("a{b", "1: a brace is opened and never closed", "}");
    refuses(r"\left( x", r"0: `\left` has no `\right`", r"\right.");
    refuses(r"\left{x\right}", r"5: `\left` must be followed by a delimiter", r"\{");
    refuses(r"\begin{aligend}x\end{aligend}", "0: `aligend` is no known environment", "aligned");
    refuses(r"\begin{cases}x\end{case}", r"14: `\end{case}` closes `\begin{cases}`", "same");
    refuses(r"\text{a_b}", "7: `_` stands in text", r"\_");
    refuses(r"\text{if \alpha}", r"9: `\alpha` is mathematics and stands in text", "dollars");
    refuses(r"\textcolor{rde}{x}", "11: `rde` is no known colour", "red");
    refuses(r"\hspace{3}", "8: `3` is no length", "2pt");
    refuses(r"\begin{array}{lx}a\end{array}", "15: `x` is no column", "`l`");
    refuses(r"\sqrt[3", "0: a bracket is opened and never closed", "]");
    refuses(r"\href{a}{b}", r"0: `\href` makes HTML and is not supported", "Markdown");
    refuses(r"x \tag{1}\tag{2}", r"9: a formula has two `\tag`s", "align");
    refuses(r"\def\a{\a}\a", r"10: a macro calls itself without end", "");
    refuses(r"\R_1_2", "4: a base has two superscripts or two subscripts", "");
}

#[test]
fn every_name_that_is_offered_works() {
    let engine = Engine::new(&BTreeMap::new()).unwrap();
    let contexts = [
        "@",
        "@ x",
        "@{x}",
        "@{x}{y}",
        r"@(",
        r"\left(x @| y\right)",
        r"@(x\right)",
        r"x @ y",
        r"@{2pt}",
        r"@{1}",
        r"\begin{array}{c} @ x \end{array}",
        r"\begin{array}{c}x \\ @{1-1} y\end{array}",
        r"\begin{array}{c} @{1}{c}{x} \end{array}",
        r"\begin{array}{c} @{1} \end{array}",
        r"\text{@}",
        r"@{red}{x}",
        r"@{red}{blue}{x}",
        r"\sum@_x y",
        r"@ \a{b}\a",
        r"@{\a}{b}\a",
        r"@(){1pt}{0}{x}{y}",
        r"@{_a}{_b}\sum",
        r"@\sum",
        r"@{a}{b}{c}",
        r"@{a}{b}{c}{d}",
        r"@\a{b}x",
        r"@{\a}\b x",
        r"@65",
        r"@2pt x",
        r"@2mu x",
        r"@{2mu}",
        r"@{2pt}{x}",
        r"@{2pt}{2pt}",
        r"@{matrix}x\end{matrix}",
        r"\begin{matrix}x@{matrix}",
        r"\left(x@)",
        r"x@|y|",
        r"x @{2pt} y",
    ];
    let missing: Vec<&str> = super::names::all()
        .filter(|name| {
            !contexts.iter().any(|context| engine.convert(&context.replace('@', &format!("\\{name}")), true).is_ok())
        })
        .collect();
    assert!(missing.is_empty(), "{missing:?}");
}
