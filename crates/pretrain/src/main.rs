//! `pretrain FOLDER`: makes the pocket model and writes it there.

use pretrain::corpus::Corpus;
use pretrain::folder::{self, Measured};
use pretrain::parallel::Parallel;
use pretrain::stream::{Stream, first_text};
use pretrain::{Error, measure, plan};
use std::path::Path;
use std::process::ExitCode;
use std::time::Instant;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [folder] = arguments.as_slice() else {
        eprintln!("expected one argument, the folder to write the model to");
        return ExitCode::FAILURE;
    };
    match run(Path::new(folder)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn run(to: &Path) -> Result<(), Error> {
    let begun = Instant::now();
    let corpus = Corpus::new(plan::SEED)?;
    let tokenizer = plan::tokenizer(&corpus)?;
    println!("vocabulary of {} tokens, {:.0} s", tokenizer.vocab_size(), begun.elapsed().as_secs_f64());
    let mut stream = Stream::new(&corpus, &tokenizer, first_text::TRAINING);
    let mut parallel = Parallel::new(&plan::model()?, plan::WORKERS)?;
    let (mut first_losses, mut lately) = (Vec::new(), 0.0);
    for step in 0..plan::STEPS {
        let loss = plan::step(&mut parallel, &mut stream, step)?;
        if first_losses.len() < plan::FIRST_LOSSES {
            first_losses.push(loss);
        }
        lately += loss / 50.0;
        if (step + 1) % 50 == 0 {
            let seconds = begun.elapsed().as_secs_f64();
            let left = seconds / f64::from(step + 1) * f64::from(plan::STEPS - step - 1);
            println!("step {:4} of {}: loss {lately:.3}, {seconds:.0} s, {left:.0} s left", step + 1, plan::STEPS);
            lately = 0.0;
        }
    }
    println!("{} texts read", stream.texts(first_text::TRAINING));
    let perplexity = measure::perplexity(&mut parallel, &corpus, &tokenizer)?;
    let trigram_perplexity = measure::trigram_perplexity(&corpus, &tokenizer, plan::STEPS)?;
    let below = 100.0 * (1.0 - perplexity / trigram_perplexity);
    println!("perplexity {perplexity:.3}, trigram model {trigram_perplexity:.3}: {below:.1} % below");
    let model = parallel.model()?;
    folder::write(
        to,
        &model,
        &tokenizer,
        &Measured { steps: plan::STEPS, first_losses, perplexity, trigram_perplexity },
    )?;
    println!("written to {}, {:.0} s", to.display(), begun.elapsed().as_secs_f64());
    Ok(())
}
