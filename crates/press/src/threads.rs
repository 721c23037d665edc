//! Work on many things at once.

use std::{
    num::NonZero,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

/// Threads of a core, where they wait for a disk: with four, the wait for posts that lay unread is a quarter of what it
/// is with one, and eight gain nothing more.
const WAITING: usize = 4;

/// Applies `work` to each item on as many threads as the machine has cores; results keep the order.
///
/// A panic in `work` is the caller's panic.
pub fn map<'t, T: Sync, R: Send>(items: &'t [T], work: impl Fn(&'t T) -> R + Sync) -> Vec<R> {
    on(n_cores(), items, work)
}

/// The same for work that waits for a disk now and then: meanwhile a core has other items to work on.
pub fn map_waiting<'t, T: Sync, R: Send>(items: &'t [T], work: impl Fn(&'t T) -> R + Sync) -> Vec<R> {
    on(WAITING * n_cores(), items, work)
}

fn n_cores() -> usize {
    thread::available_parallelism().map_or(1, NonZero::get)
}

fn on<'t, T: Sync, R: Send>(n_threads: usize, items: &'t [T], work: impl Fn(&'t T) -> R + Sync) -> Vec<R> {
    let n_threads = n_threads.min(items.len());
    if n_threads < 2 {
        return items.iter().map(work).collect();
    }
    let (next, done) = (AtomicUsize::new(0), Mutex::new(Vec::with_capacity(items.len())));
    thread::scope(|scope| {
        for _ in 0..n_threads {
            scope.spawn(|| {
                loop {
                    let item_idx = next.fetch_add(1, Ordering::Relaxed);
                    let Some(item) = items.get(item_idx) else { break };
                    let result = work(item);
                    done.lock().unwrap_or_else(PoisonError::into_inner).push((item_idx, result));
                }
            });
        }
    });
    let mut done = done.into_inner().unwrap_or_else(PoisonError::into_inner);
    done.sort_by_key(|(item_idx, _)| *item_idx);
    done.into_iter().map(|(_, result)| result).collect()
}

/// Does two things side by side.
///
/// A panic of either is the caller's panic.
pub fn both<A, B: Send>(here: impl FnOnce() -> A, beside: impl FnOnce() -> B + Send) -> (A, B) {
    thread::scope(|scope| {
        let beside = scope.spawn(beside);
        let here = here();
        (here, beside.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_keep_the_order_of_the_items() {
        let items: Vec<u64> = (0..500).collect();
        let squares = map(&items, |item| {
            // Early items take longer, so that later ones overtake them.
            (0..(500 - item) * 50).fold(0u64, u64::wrapping_add);
            item * item
        });
        assert_eq!(squares, items.iter().map(|item| item * item).collect::<Vec<_>>());
        assert!(map(&[0u8; 0], |b| *b).is_empty());
    }

    #[test]
    fn two_things_may_wait_for_each_other() {
        let (to, from) = std::sync::mpsc::channel();
        assert_eq!(both(|| from.recv(), move || to.send(7)), (Ok(7), Ok(())));
    }
}
