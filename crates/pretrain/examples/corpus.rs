//! Writes texts of the corpus: `cargo run --profile native -p pretrain --example corpus -- SEED FIRST COUNT`.

use pretrain::corpus::Corpus;
use std::io::Write;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let numbers: Vec<u64> = std::env::args().skip(1).map(|a| a.parse()).collect::<Result<_, _>>()?;
    let [seed, first, count] = numbers[..] else { return Err("expected: SEED FIRST COUNT".into()) };
    let corpus = Corpus::new(seed)?;
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    for index in first..first.saturating_add(count) {
        writeln!(out, "{}\u{1e}", corpus.text(index)?)?;
    }
    Ok(())
}
