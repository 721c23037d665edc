//! The module's memory as [`Heap`] gives it out.

use crate::{Heap, Pages};
use std::alloc::{GlobalAlloc, Layout};
use std::cell::UnsafeCell;
use std::ptr::copy_nonoverlapping;

/// A page of WebAssembly.
const PAGE: usize = 1 << 16;

/// The module's linear memory.
struct Linear;

impl Pages for Linear {
    fn grow(&mut self, bytes: usize) -> Option<(*mut u8, usize)> {
        let n = bytes.div_ceil(PAGE);
        let before = core::arch::wasm32::memory_grow::<0>(n);
        (before != usize::MAX).then(|| ((before * PAGE) as *mut u8, n * PAGE))
    }
}

/// All memory of a module that has one thread; a program names it as its global allocator.
pub struct Allocator(UnsafeCell<Heap<Linear>>);

impl Allocator {
    /// Before anything is asked for.
    #[allow(clippy::new_without_default, reason = "there is one, and it is made by the compiler")]
    pub const fn new() -> Self {
        Self(UnsafeCell::new(Heap::new(Linear)))
    }
}

// SAFETY: the module has one thread, since it is not compiled for shared memory.
unsafe impl Sync for Allocator {}

// SAFETY: blocks are as long and as aligned as was asked, and no two overlap; there is one thread, and the heap calls
// nothing that allocates.
unsafe impl GlobalAlloc for Allocator {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller's promise.
        unsafe { (*self.0.get()).alloc(layout) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        // SAFETY: the caller's promise.
        unsafe { (*self.0.get()).dealloc(block, layout) }
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // SAFETY: the caller's promise; the new block is no part of the old one.
        unsafe {
            let heap = &mut *self.0.get();
            if heap.resize(block, layout, size) {
                return block;
            }
            let new = heap.alloc(Layout::from_size_align_unchecked(size, layout.align()));
            if !new.is_null() {
                copy_nonoverlapping(block, new, layout.size().min(size));
                heap.dealloc(block, layout);
            }
            new
        }
    }
}
