//! The allocator of the language model's worker, natively: blocks never overlap, and what is given back comes again.

#![allow(clippy::unwrap_used, reason = "a test may stop at what it did not expect")]

use heap::{Heap, Pages};
use std::alloc::Layout;

const PAGE: usize = 1 << 16;

/// Some pages in a row.
struct Few {
    memory: Vec<u128>,
    n_used: usize,
}

impl Pages for Few {
    fn grow(&mut self, bytes: usize) -> Option<(*mut u8, usize)> {
        let size = bytes.next_multiple_of(PAGE);
        let start = self.n_used;
        if start + size > 16 * self.memory.len() {
            return None;
        }
        self.n_used += size;
        Some((self.memory.as_mut_ptr().cast::<u8>().wrapping_add(start), size))
    }
}

fn heap(n_pages: usize) -> Heap<Few> {
    Heap::new(Few { memory: vec![0; n_pages * PAGE / 16], n_used: 0 })
}

fn layout(size: usize) -> Layout {
    Layout::from_size_align(size, 16).unwrap()
}

/// A block and what was written over all of it.
struct Block {
    at: *mut u8,
    size: usize,
    byte: u8,
}

impl Block {
    fn bytes(&self) -> &[u8] {
        // SAFETY: the heap gave out so many bytes here, and `fill` wrote all of them.
        unsafe { std::slice::from_raw_parts(self.at, self.size) }
    }

    fn fill(&self) {
        // SAFETY: the heap gave out so many bytes here.
        unsafe { self.at.write_bytes(self.byte, self.size) };
    }

    fn is_whole(&self) -> bool {
        self.bytes().iter().all(|byte| *byte == self.byte)
    }
}

#[test]
fn no_two_blocks_overlap_whatever_is_asked_for() {
    let mut heap = heap(400);
    let mut blocks: Vec<Block> = Vec::new();
    let mut state = 1_u64;
    let mut next = move |n: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % n
    };
    let (mut n_grown, mut n_refused) = (0, 0);
    for step in 0..40_000 {
        let size = match next(10) {
            0..=5 => next(200),
            6..=7 => next(10_000),
            8 => next(100_000),
            _ => next(1_500_000),
        };
        let size = size.max(1) as usize;
        let action = if blocks.len() > 60 { 1 + next(2) } else { next(3) };
        // SAFETY: each block is given back once, with its size.
        unsafe {
            match action {
                0 => {
                    let at = heap.alloc(layout(size));
                    if at.is_null() {
                        n_refused += 1;
                        continue;
                    }
                    assert!((at as usize).is_multiple_of(16));
                    let block = Block { at, size, byte: step as u8 };
                    block.fill();
                    blocks.push(block);
                }
                1 if !blocks.is_empty() => {
                    let block = blocks.swap_remove(next(blocks.len() as u64) as usize);
                    assert!(block.is_whole());
                    heap.dealloc(block.at, layout(block.size));
                }
                2 if !blocks.is_empty() => {
                    let index = next(blocks.len() as u64) as usize;
                    let block = &mut blocks[index];
                    if heap.resize(block.at, layout(block.size), size) {
                        n_grown += usize::from(size > block.size);
                        assert!(block.bytes()[..size.min(block.size)].iter().all(|byte| *byte == block.byte));
                        block.size = size;
                        block.fill();
                    }
                }
                _ => {}
            }
        }
        if step % 500 == 0 {
            assert!(blocks.iter().all(Block::is_whole), "{step}");
        }
    }
    assert!(n_grown > 100 && n_refused < 100, "{n_grown} grown, {n_refused} refused");
    assert!(blocks.iter().all(Block::is_whole));
}

#[test]
fn what_is_given_back_comes_again_whole() {
    let mut heap = heap(64);
    // SAFETY: each block is given back once, with its size.
    unsafe {
        let sizes = [100_000, 300_000, 50_000, 2_000_000];
        let all: Vec<*mut u8> = sizes.iter().map(|&size| heap.alloc(layout(size))).collect();
        assert!(all.iter().all(|block| !block.is_null()));
        for at in [1, 3, 0, 2] {
            heap.dealloc(all[at], layout(sizes[at]));
        }
        // All of it is one block again.
        let whole = heap.alloc(layout(2_400_000));
        assert_eq!(whole, all[0]);
        // It grows where it stands, up to the end of the memory.
        assert!(heap.resize(whole, layout(2_400_000), 60 * PAGE));
        assert!(!heap.resize(whole, layout(60 * PAGE), 70 * PAGE));
        assert!(heap.alloc(layout(10 * PAGE)).is_null());
        assert!(heap.resize(whole, layout(60 * PAGE), PAGE));
        assert!(!heap.alloc(layout(40 * PAGE)).is_null());
    }
}

#[test]
fn what_is_small_leaves_large_free_blocks_alone() {
    let mut heap = heap(1024);
    // SAFETY: each block is given back once, with its size.
    unsafe {
        let size = 28_000_000;
        let file = heap.alloc(layout(size));
        let after = heap.alloc(layout(100_000));
        heap.dealloc(file, layout(size));
        let small: Vec<*mut u8> = (0..10_000).map(|i| heap.alloc(layout(1 + i % 300))).collect();
        assert!(small.iter().all(|block| !block.is_null() && *block > after));
        assert_eq!(heap.alloc(layout(size)), file);
        // Small blocks come again in the same size.
        heap.dealloc(small[17], layout(18));
        assert_eq!(heap.alloc(layout(30)), small[17]);
    }
}

#[test]
fn blocks_with_large_alignment_are_refused() {
    // SAFETY: nothing was given out.
    assert!(unsafe { heap(4).alloc(Layout::from_size_align(64, 32).unwrap()) }.is_null());
}
