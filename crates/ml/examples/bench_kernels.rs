//! How fast the matrix products are, against their naive twin:
//! `cargo run -p ml --profile native --example bench_kernels`

use ml::Error;
use ml::kernels::matmul::{Form, Product, Scratch, Write, matmul, naive};
use ml::random::Random;
use std::time::{Duration, Instant};

/// What the labs and a language model of 14 million parameters compute most.
const SHAPES: [[usize; 3]; 6] =
    [[256, 2, 16], [256, 16, 2], [64, 32, 64], [256, 128, 128], [256, 128, 512], [256, 512, 128]];

/// 10⁹ operations a second in the best of many short runs: on a busy machine most of them are interrupted.
fn gflops(product: Product, mut run: impl FnMut() -> Result<(), Error>) -> Result<f64, Error> {
    let operations = 2.0 * (product.m * product.k * product.n) as f64;
    let repeats = (1e5 / operations).ceil() as u32;
    let (begun, mut best) = (Instant::now(), Duration::MAX);
    while begun.elapsed() < Duration::from_millis(200) {
        let run_begun = Instant::now();
        for _ in 0..repeats {
            run()?;
        }
        best = best.min(run_begun.elapsed() / repeats);
    }
    Ok(operations / best.as_secs_f64() / 1e9)
}

fn main() -> Result<(), Error> {
    let mut random = Random::new(1, 0);
    let mut scratch = Scratch::default();
    println!("{:>5} {:>5} {:>5}  form {:>8} {:>8}  GFLOP/s", "m", "k", "n", "naive", "fast");
    for [m, k, n] in SHAPES {
        for form in [Form::Ab, Form::Abt, Form::Atb] {
            let product = Product { form, m, k, n, write: Write::Assign };
            let mut numbers = |n| (0..n).map(|_| random.normal()).collect::<Vec<f32>>();
            let (a, b, mut c) = (numbers(m * k), numbers(k * n), numbers(m * n));
            let plain = gflops(product, || naive::matmul(product, &a, &b, &mut c))?;
            let fast = gflops(product, || matmul(product, &a, &b, &mut c, &mut scratch))?;
            println!("{m:>5} {k:>5} {n:>5}  {:<4} {plain:>8.2} {fast:>8.2}", format!("{form:?}"));
        }
    }
    Ok(())
}
