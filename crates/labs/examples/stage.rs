//! Prints the stage of a lab as the build writes it, to look at or to weigh:
//! `cargo run -p labs --profile native --features view --example stage -- moe-routing "experts=4"`.

use labs::{parameters::Values, registry, still};
use std::process::ExitCode;

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let (name, settings) = (arguments.next().unwrap_or_default(), arguments.next().unwrap_or_default());
    let Some(about) = registry::find(&name).and_then(|lab| lab.about) else {
        eprintln!("there is no built lab `{name}`");
        return ExitCode::FAILURE;
    };
    let html = Values::decode(about.parameters, &settings).map_err(|error| error.to_string());
    match html.and_then(|values| still::stage(&name, &values, &name).map_err(|error| error.to_string())) {
        Ok(html) => {
            println!("{html}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}
