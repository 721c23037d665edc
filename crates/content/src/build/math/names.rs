//! The commands that a formula may use, and those that it may not, with what to use instead.

use super::draft::Style;
use super::token::{Kind, Token};
use super::{builtin, signs};
use std::collections::HashSet;
use std::sync::LazyLock;

/// Signs that stand between two terms: relations, binary operators, arrows. The converter knows them.
const OPERATORS: &str = "Bumpeq Cap Colonapprox Colondash Coloneq Coloneqq Colonsim Cup Dagger Darr Dashcolon Doteq Downarrow Eqcolon \
Eqqcolon Harr Join Larr Leftarrow Leftrightarrow Lleftarrow Longleftarrow Longleftrightarrow Longrightarrow \
Lrarr Lsh Rarr Rightarrow Rrightarrow Rsh Simcolon Subset Supset Uarr Uparrow Updownarrow VDash Vdash Vvdash \
Yleft Yright amalg approx approxcolon approxcoloncolon approxeq arceq ast asymp backsim backsimeq barwedge \
because between bigtriangledown bigtriangleup blacktriangleleft blacktriangleright bmod botdoteq bowtie boxdot \
boxminus boxplus boxtimes bull bullet bumpeq cap cdot circ circeq circlearrowleft circlearrowright circledast \
circledcirc circleddash colonapprox coloncolon coloncolonapprox coloncolonequals coloncolonminus coloncolonsim \
colondash coloneq coloneqq colonequals colonminus colonsim cong cup curlyeqprec curlyeqsucc curlyvee curlywedge \
curvearrowleft curvearrowright dArr dagger darr dashcolon dashleftarrow dashrightarrow dashv dblcolon ddagger \
diamond div divideontimes doteq doteqdot dotplus dotsminusdots doublebarwedge doublecap doublecup downarrow \
downdownarrows downharpoonleft downharpoonright eqcirc eqcolon eqdef eqqcolon eqsim eqslantgtr eqslantless \
equalscolon equalscoloncolon equiv fallingdotseq fcmp frown ge geq geqq geqslant gets gg ggg gggtr gnapprox gneq \
gneqq gnsim gt gtrapprox gtrdot gtreqless gtreqqless gtrless gtrsim gvertneqq hArr harr hookleftarrow \
hookrightarrow iff imageof impliedby implies in intercal isin kernelcontraction lArr land larr le leadsto \
leftarrow leftarrowtail leftharpoondown leftharpoonup leftleftarrows leftrightarrow leftrightarrows \
leftrightharpoons leftrightsquigarrow leftthreetimes leq leqq leqslant lessapprox lessdot lesseqgtr lesseqqgtr \
lessgtr lesssim lhd lightning ll lll llless lnapprox lneq lneqq lnsim longleftarrow longleftrightarrow \
longmapsto longrightarrow looparrowleft looparrowright lor lrArr lrarr lt ltimes lvertneqq mapsto measeq mid \
minuscolon minuscoloncolon minuso models mp multimap nLeftarrow nLeftrightarrow nRightarrow nVDash nVdash ncong \
ne nearrow neq nequiv ngeq ngeqq ngeqslant ngtr ngtrless ngtrsim ni nleftarrow nleftrightarrow nleq nleqq \
nleqslant nless nlessgt nlesssim nmid notin notni nparallel nprec npreceq nrightarrow nsim nsubset nsubseteq \
nsubseteqq nsucc nsucceq nsupset nsupseteq nsupseteqq ntriangleleft ntrianglelefteq ntriangleright \
ntrianglerighteq nvDash nvdash nwarrow odot ominus oplus origof oslash otimes owns parallel perp pitchfork \
plusmn pm prec precapprox preccurlyeq preceq precnapprox precneqq precnsim precsim propto questeq rArr rarr \
ratio restriction rhd rightarrow rightarrowtail rightharpoondown rightharpoonup rightleftarrows \
rightleftharpoons rightrightarrows rightsquigarrow rightthreetimes risingdotseq rtimes searrow setminus sim \
simcolon simcoloncolon simeq smile sqcap sqcup sqsubset sqsubseteq sqsupset sqsupseteq star stareq sub sube \
subset subseteq subseteqq subsetneq subsetneqq succ succapprox succcurlyeq succeq succnapprox succneqq succnsim \
succsim supe supset supseteq supseteqq supsetneq supsetneqq swarrow therefore times to triangleleft \
trianglelefteq triangleq triangleright trianglerighteq twoheadleftarrow twoheadrightarrow uArr uarr unlhd unrhd \
uparrow updownarrow upharpoonleft upharpoonright uplus upuparrows vDash varsubsetneq varsubsetneqq varsupsetneq \
varsupsetneqq vartriangle vartriangleleft vartriangleright vcentcolon vdash vee veebar veeeq wedge wedgeq wr \
xLeftarrow xLeftrightarrow xRightarrow xhookleftarrow xhookrightarrow xleftarrow xleftharpoondown xleftharpoonup \
xleftrightarrow xleftrightharpoons xlongequal xmapsto xrightarrow xrightharpoondown xrightharpoonup \
xrightleftharpoons xtofrom xtwoheadleftarrow xtwoheadrightarrow";

/// All else that the converter takes as it stands.
const OTHERS: &str = "Alpha And Bbbk Beta Box Bra Chi Complex Delta Diamond Epsilon Eta Finv Game Gamma Im Iota Kappa Ket Lambda Mu N \
Nu Omega Omicron Overrightarrow P Phi Pi Pr Psi R Re Reals Rho S Sigma Tau Theta Upsilon Vert Xi Z Zeta acute \
alef alefsym aleph alpha angle arccos arcctg arcsin arctan arctg arg argmax argmin ascnode awint backepsilon \
backprime backslash bar beta beth bigcap bigcirc bigcup bigcupdot bigdoublevee bigdoublewedge bigodot bigoplus \
bigotimes bigsqcap bigsqcup bigstar bigtimes biguplus bigvee bigwedge blacklozenge blacksquare blacktriangle \
blacktriangledown bot bra braket breve cdotp cdots ch check checkmark chi circledR circledS cirfnint clubs \
clubsuit cnums colon complement coprod copyright cos cosec cosh cot cotg coth cramped csc ctg cth dag daleth \
ddag ddddot dddot ddot ddots deg degree delta det diagdown diagup diamonds diamondsuit digamma dim displaylimits \
dot ell empty emptyset enspace epsilon erf erfc eta eth exist exists exp fint flat forall gamma gcd genfrac \
gimel grave hat hbar hearts heartsuit hom hslash idotsint iiiint iiint iint image imath inf infin infty injlim \
int intBar intbar intclockwise iota jmath kappa ker ket lAngle lBrace lVert lambda lang langle lbrace lbrack \
lceil ldotp lfloor lg lgroup lim liminf limits limsup llangle llbracket llcorner llparenthesis lmoustache ln \
lnot log lozenge lq lrcorner lvert maltese mathbin mathclose mathinner mathopen mathord mathpunct mathrel \
mathring mathsterling mathstrut max measuredangle medspace mho min mod mu nabla natnums natural neg negmedspace \
negthickspace negthinspace nexists nolimits not nu oiiint oiint oint ointctrclockwise omega omicron overbrace \
overbracket overgroup overleftarrow overleftharpoon overleftrightarrow overline overparen overrightarrow \
overrightharpoon overset partial phantom phi pi plim pmod pounds prescript prime prod projlim psi qquad quad \
rAngle rBrace rVert rang rangle rbrace rbrack rceil real reals rfloor rgroup rho rmoustache rq rrangle rrbracket \
rrparenthesis rupee rvert sec sect sh sharp sideset sigma sin sinh slashed space spades spadesuit sphericalangle \
sqrt square stackrel sum sumint sup surd tan tanh tau tg th theta thetasym thickspace thinspace tilde top \
triangle triangledown ulcorner underbrace underbracket undergroup underleftarrow underleftrightarrow underline \
underparen underrightarrow underset upsilon urcorner utilde varDelta varGamma varLambda varOmega varPhi varPi \
varPsi varSigma varTheta varUpsilon varXi varepsilon varkappa varnothing varointclockwise varphi varpi varrho \
varsigma vartheta vdots vec vert weierp widecheck widehat widetilde wp xi yen zeta";

/// What we carry out ourselves.
const OURS: &str = "arraystretch begin begingroup binom boxed Braket bcancel cancel cfrac char color colorbox cline dbinom \
DeclareMathOperator def dfrac dots edef end endgroup expandafter fbox frac gdef global hdashline hdotsfor hline hphantom \
hskip hspace kern label ldots left let long mathchoice mathclap mathllap mathop mathrlap middle mkern mskip mspace \
multicolumn newcommand newline noexpand nonumber notag operatorname operatornamewithlimits phase providecommand \
raisebox relax renewcommand right rule Set set smash sout substack tag tbinom textcolor tfrac vcenter verb vphantom \
xcancel xdef angl fcolorbox overlinesegment underlinesegment allowbreak nobreak displaybreak protect cr";

/// Fonts of text.
const TEXTS: &str = "text mbox hbox textbf textmd textit textup textsc texttt textsf textrm textnormal emph";

static PLAIN: LazyLock<HashSet<&str>> =
    LazyLock::new(|| OPERATORS.split_ascii_whitespace().chain(OTHERS.split_ascii_whitespace()).collect());
static SIGNS_BETWEEN: LazyLock<HashSet<&str>> = LazyLock::new(|| OPERATORS.split_ascii_whitespace().collect());
static ALL: LazyLock<HashSet<&str>> = LazyLock::new(|| all().collect());

/// All names of letters that a formula may use.
pub(super) fn all() -> impl Iterator<Item = &'static str> {
    [OPERATORS, OTHERS, OURS, TEXTS]
        .into_iter()
        .flat_map(str::split_ascii_whitespace)
        .chain(builtin::names())
        .chain(ALPHABETS.iter().chain(&SWITCHES).map(|(name, _)| *name))
        .chain(STYLES.iter().map(|(name, _)| *name))
        .chain(SIZES.iter().map(|(name, _)| *name))
        .chain(INFIXES)
        .chain(BIG)
}

/// Whether a formula may use the command, in mathematics or in text.
pub(super) fn is_known(name: &str) -> bool {
    let name = name.trim_end_matches('*');
    ALL.contains(name)
        || is_symbol(name)
        || signs::sign(name).is_some()
        || signs::accent(name).is_some()
        || matches!(name, "\\" | "(" | ")")
}

/// Whether the converter takes the command as it stands.
pub(super) fn is_plain(name: &str) -> bool {
    PLAIN.contains(name) || is_symbol(name)
}

fn is_symbol(name: &str) -> bool {
    matches!(name, " " | "#" | "$" | "%" | "&" | "," | ":" | ";" | ">" | "!" | "_" | "{" | "}" | "|")
}

/// Whether a token is a sign between two terms.
pub(super) fn is_operator(token: &Token<'_>) -> bool {
    match token.kind {
        Kind::Char(c) => matches!(
            c,
            '+' | '-'
                | '='
                | '<'
                | '>'
                | '*'
                | ':'
                | '≤'
                | '≥'
                | '≠'
                | '≈'
                | '→'
                | '∈'
                | '×'
                | '·'
                | '−'
                | '±'
                | '∼'
                | '∝'
        ),
        Kind::Command(name) => SIGNS_BETWEEN.contains(name),
        _ => false,
    }
}

/// `\xrightarrow` and its kin.
pub(super) fn is_labelled_arrow(name: &str) -> bool {
    name.len() > 2 && name.starts_with('x') && SIGNS_BETWEEN.contains(name)
}

const INFIXES: [&str; 6] = ["above", "atop", "brace", "brack", "choose", "over"];

/// `a \over b` and its kin.
pub(super) fn is_infix(name: &str) -> bool {
    INFIXES.contains(&name)
}

const BIG: [&str; 16] = [
    "big", "Big", "bigg", "Bigg", "bigl", "Bigl", "biggl", "Biggl", "bigm", "Bigm", "biggm", "Biggm", "bigr", "Bigr",
    "biggr", "Biggr",
];

/// Commands that take a delimiter.
pub(super) fn is_big(name: &str) -> bool {
    BIG.contains(&name)
}

const DELIMITERS: &str = "{ } | lbrace rbrace lbrack rbrack vert Vert lvert rvert lVert rVert langle rangle lang rang lAngle rAngle \
lceil rceil lfloor rfloor lgroup rgroup lmoustache rmoustache ulcorner urcorner llcorner lrcorner llbracket rrbracket \
lBrace rBrace llangle rrangle llparenthesis rrparenthesis backslash uparrow downarrow updownarrow Uparrow Downarrow \
Updownarrow";

/// Commands that are delimiters.
pub(super) fn is_delimiter(name: &str) -> bool {
    DELIMITERS.split_ascii_whitespace().any(|known| known == name)
}

const STYLES: [(&str, Style); 4] = [
    ("displaystyle", Style::Display),
    ("textstyle", Style::Text),
    ("scriptstyle", Style::Script),
    ("scriptscriptstyle", Style::ScriptScript),
];

/// The style that a command begins.
pub(super) fn style(name: &str) -> Option<Style> {
    find(&STYLES, name)
}

const ALPHABETS: [(&str, &str); 14] = [
    ("mathrm", "mathrm"),
    ("mathbf", "mathbf"),
    ("mathbb", "mathbb"),
    ("mathcal", "mathcal"),
    ("mathscr", "mathscr"),
    ("mathfrak", "mathfrak"),
    ("mathit", "mathit"),
    ("mathsf", "mathsf"),
    ("mathtt", "mathtt"),
    ("boldsymbol", "boldsymbol"),
    ("bm", "boldsymbol"),
    ("bold", "mathbf"),
    ("Bbb", "mathbb"),
    ("frak", "mathfrak"),
];

/// The alphabet that a command sets its argument in.
pub(super) fn alphabet(name: &str) -> Option<&'static str> {
    find(&ALPHABETS, name)
}

const SWITCHES: [(&str, &str); 6] =
    [("rm", "mathrm"), ("bf", "mathbf"), ("it", "mathit"), ("sf", "mathsf"), ("tt", "mathtt"), ("cal", "mathcal")];

/// The alphabet that a command sets the rest of its group in.
pub(super) fn switch(name: &str) -> Option<&'static str> {
    find(&SWITCHES, name)
}

const SIZES: [(&str, f32); 11] = [
    ("tiny", 50.0),
    ("sixptsize", 60.0),
    ("scriptsize", 70.0),
    ("footnotesize", 80.0),
    ("small", 90.0),
    ("normalsize", 100.0),
    ("large", 120.0),
    ("Large", 144.0),
    ("LARGE", 173.0),
    ("huge", 207.0),
    ("Huge", 249.0),
];

/// The size that a command begins, in hundredths of the usual one.
pub(super) fn size(name: &str) -> Option<f32> {
    find(&SIZES, name)
}

fn find<T: Copy>(table: &[(&str, T)], name: &str) -> Option<T> {
    table.iter().find(|(known, _)| *known == name).map(|(_, value)| *value)
}

/// Why a known command cannot stand here, and what to do instead.
pub(super) fn misplaced(name: &str) -> Option<(&'static str, &'static str)> {
    Some(match name {
        "tag" | "tag*" => (
            "numbers a display formula, or a row of `align` that is not inside anything else",
            "put it at the end of a formula between `$$`",
        ),
        "hline" | "hdashline" | "cline" => {
            ("draws a rule between the rows of a table", r"put it right behind `\\` or `\begin{array}{…}`")
        }
        "\\" | "cr" | "newline" => {
            ("breaks the line where nothing has lines", r"put the lines inside `\begin{aligned} … \end{aligned}`")
        }
        "right" => (r"has no `\left`", r"write `\right.` and `\left.` for fences on one side"),
        "middle" => (r"stands outside `\left … \right`", r"use `\mid`, or put `\left` and `\right` around it"),
        "end" => (r"has no `\begin`", r"remove it, or open the environment"),
        "multicolumn" | "hdotsfor" => {
            ("must be the first thing in a cell of a table", r"put it right behind `&` or `\\`")
        }
        "ref" | "eqref" | "pageref" | "cite" => {
            ("refers to something outside the formula", "write the reference in Markdown")
        }
        "href" | "url" | "htmlClass" | "htmlId" | "htmlData" | "htmlStyle" => {
            ("makes HTML and is not supported", "write links and HTML in Markdown, outside the formula")
        }
        "includegraphics" => ("makes an image and is not supported", "write images in Markdown, outside the formula"),
        "ce" | "pu" | "cf" => ("is chemistry and is not supported", r"write `\mathrm{H_2O}`"),
        "futurelet" | "csname" | "endcsname" | "if" | "else" | "fi" | "ifx" | "loop" | "repeat" => {
            ("is programming in TeX and is not supported", r"define a macro with `\newcommand`")
        }
        "definecolor" => ("is not supported", r"write the colour where it is used: `\textcolor{#a33}{x}`"),
        "intertext" | "shortintertext" => {
            ("is not supported", "end the formula, write the text in Markdown and begin another formula")
        }
        "hfill" | "hfil" | "hss" | "vspace" | "vskip" | "hrule" | "vrule" | "pagebreak" => {
            ("lays out pages and is not supported", r"use `\quad`, `\hspace{…}` or `\\[…]`")
        }
        "require" | "usepackage" | "def@" => {
            ("loads a package and is not supported", "all supported packages are loaded")
        }
        "(" | ")" | "[" | "]" => {
            ("begins or ends mathematics and stands inside it", r"use `\left(`, or remove the backslash")
        }
        "'" | "`" | "^" | "~" | "\"" | "=" | "." | "c" | "d" | "H" | "k" | "r" | "u" | "v" | "textcircled" => (
            "is an accent of text",
            r"use `\hat`, `\tilde`, `\bar`, `\dot` and their like, or put it inside `\text{…}`",
        ),
        _ if signs::sign(name).is_some() || TEXTS.split_ascii_whitespace().any(|text| text == name) => {
            ("belongs into text", r"put it inside `\text{…}`")
        }
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_looks_like_a_command_is_known_or_not() {
        for name in [
            "alpha",
            "frac",
            "dotsb",
            "operatorname*",
            "textbf",
            "Large",
            "bigl",
            "over",
            "mathbb",
            "displaystyle",
            ",",
            "'",
            "\\",
        ] {
            assert!(is_known(name), "{name}");
        }
        for name in ["alhpa", "ce", "href", ""] {
            assert!(!is_known(name), "{name}");
        }
    }
}
