//! The memory of the language model's worker and figure.
//!
//! Rust's own allocator for WebAssembly is 3.5 KB of a module after gzip, this one a third of that, since Rust tells it
//! the size of what is given back, so that no block has a head. It also keeps the worker small: a block grows in place
//! where what follows is free, and what is small never breaks into a large free block, so that the memory of a file that
//! was read takes the copy of the weights that is kept.
//!
//! Small blocks are of a few sizes, cut from chunks, and stay what they are. Large ones are taken from a list of all free
//! blocks in the order of their addresses, where neighbours are joined.
//!
//! Source: Knuth 1997, The Art of Computer Programming, volume 1, §2.5 (best fit; algorithm B for giving back).

#[cfg(target_arch = "wasm32")]
mod allocator;

#[cfg(target_arch = "wasm32")]
pub use allocator::Allocator;

use std::alloc::Layout;
use std::ptr::null_mut;

/// All addresses and sizes are multiples of this. Nothing here asks for more.
const UNIT: usize = 16;
/// The largest of the small sizes.
const MOST_SMALL: usize = 1 << 13;
/// What is cut into small blocks at once.
const CHUNK: usize = 1 << 16;
/// What is below this does not break into a free block above [`LARGE`] while the memory can grow.
const MOST_MEDIUM: usize = 1 << 20;
/// Such a block waits for something as large: the copy of the weights takes the place of the file.
const LARGE: usize = 1 << 24;
/// Four for each power of two from 64 to [`MOST_SMALL`], and four below.
const N_SIZES: usize = 32;

/// Where memory comes from: one range that grows at its end.
pub trait Pages {
    /// At least `bytes` more, of which the first is where the last growth ended; how many there are. `None` if there is
    /// no more.
    fn grow(&mut self, bytes: usize) -> Option<(*mut u8, usize)>;
}

/// What stands at the beginning of a free block.
struct Free {
    size: usize,
    next: *mut Free,
}

/// All blocks.
pub struct Heap<P> {
    pages: P,
    /// Free small blocks, by size.
    small: [*mut Free; N_SIZES],
    /// Free large blocks, by address.
    large: *mut Free,
    /// Where the memory ends.
    end: *mut u8,
}

/// The class of a small size, and the size of its blocks.
fn class(size: usize) -> (usize, usize) {
    if size <= 64 {
        let units = size.div_ceil(UNIT).max(1);
        return (units - 1, units * UNIT);
    }
    // A quarter of the power of two below.
    let step = 1 << ((size - 1).ilog2() - 2);
    let quarters = size.div_ceil(step);
    (4 * (step.ilog2() as usize - 4) + quarters - 1, quarters * step)
}

fn rounded(size: usize) -> usize {
    size.next_multiple_of(UNIT)
}

impl<P: Pages> Heap<P> {
    /// Nothing yet.
    pub const fn new(pages: P) -> Self {
        Self { pages, small: [null_mut(); N_SIZES], large: null_mut(), end: null_mut() }
    }

    /// A block; null if there is no more memory.
    ///
    /// # Safety
    /// As of [`GlobalAlloc::alloc`](std::alloc::GlobalAlloc::alloc).
    pub unsafe fn alloc(&mut self, layout: Layout) -> *mut u8 {
        if layout.align() > UNIT || layout.size() > isize::MAX as usize - CHUNK {
            return null_mut();
        }
        if layout.size() > MOST_SMALL {
            // SAFETY: nothing but this heap uses what is free.
            return unsafe {
                match rounded(layout.size()) {
                    size if size < MOST_MEDIUM => self.take_apart(size),
                    size => self.take(size),
                }
            };
        }
        let (class, size) = class(layout.size());
        if self.small[class].is_null() {
            // SAFETY: as above; the chunk is cut into blocks that are large enough for what stands in a free one.
            unsafe {
                let chunk = self.take_apart(CHUNK);
                if chunk.is_null() {
                    return chunk;
                }
                for at in (0..CHUNK / size).rev() {
                    self.put_small(chunk.add(at * size), class);
                }
            }
        }
        let block = self.small[class];
        // SAFETY: a block of the list.
        self.small[class] = unsafe { (*block).next };
        block.cast()
    }

    /// Takes a block back.
    ///
    /// # Safety
    /// As of [`GlobalAlloc::dealloc`](std::alloc::GlobalAlloc::dealloc).
    pub unsafe fn dealloc(&mut self, block: *mut u8, layout: Layout) {
        // SAFETY: the caller's promise.
        unsafe {
            if layout.size() > MOST_SMALL {
                self.put(block, rounded(layout.size()));
            } else {
                self.put_small(block, class(layout.size()).0);
            }
        }
    }

    /// Makes a block longer or shorter where it stands; whether it could.
    ///
    /// # Safety
    /// As of [`GlobalAlloc::realloc`](std::alloc::GlobalAlloc::realloc).
    pub unsafe fn resize(&mut self, block: *mut u8, layout: Layout, size: usize) -> bool {
        if layout.size() <= MOST_SMALL || size <= MOST_SMALL || size > isize::MAX as usize - CHUNK {
            return layout.size() <= MOST_SMALL && size <= MOST_SMALL && class(layout.size()) == class(size);
        }
        let (old, new) = (rounded(layout.size()), rounded(size));
        // SAFETY: the caller's promise; what is put or taken lies behind the block.
        unsafe {
            if new < old {
                self.put(block.add(new), old - new);
            } else if new > old {
                let (behind, missing) = (block.add(old), new - old);
                let link = self.link_to(behind);
                let free = if (*link).cast::<u8>() == behind { (**link).size } else { 0 };
                if free < missing && (behind.add(free) != self.end || !self.grow(missing - free)) {
                    return false;
                }
                cut(self.link_to(behind), missing);
            }
        }
        true
    }

    /// # Safety
    /// The block is of this class and used by none.
    unsafe fn put_small(&mut self, block: *mut u8, class: usize) {
        let block = block.cast::<Free>();
        // SAFETY: the caller's promise.
        unsafe { block.write(Free { size: 0, next: self.small[class] }) };
        self.small[class] = block;
    }

    /// The smallest free block that is large enough, or new memory.
    ///
    /// # Safety
    /// `size` is a multiple of [`UNIT`], and nothing but this heap uses what is free.
    unsafe fn take(&mut self, size: usize) -> *mut u8 {
        // SAFETY: the caller's promise.
        unsafe {
            if let Some(link) = self.fitting(size, usize::MAX) {
                return cut(link, size);
            }
            // What is free at the end counts.
            let (mut missing, mut last) = (size, self.large);
            while !last.is_null() {
                if last.cast::<u8>().add((*last).size) == self.end {
                    missing = size - (*last).size;
                }
                last = (*last).next;
            }
            self.grow(missing);
            self.fitting(size, usize::MAX).map_or(null_mut(), |link| cut(link, size))
        }
    }

    /// Something small, not from a large free block as long as there is other memory.
    ///
    /// # Safety
    /// `size` is a multiple of [`UNIT`], and nothing but this heap uses what is free.
    unsafe fn take_apart(&mut self, size: usize) -> *mut u8 {
        // SAFETY: the caller's promise; what is new is used by none.
        unsafe {
            if let Some(link) = self.fitting(size, LARGE) {
                return cut(link, size);
            }
            let Some((block, whole)) = self.pages.grow(size) else { return self.take(size) };
            self.end = block.wrapping_add(whole);
            if whole > size {
                self.put(block.add(size), whole - size);
            }
            block
        }
    }

    /// The link to the first free block at this address or behind it.
    ///
    /// # Safety
    /// Nothing but this heap uses what is free.
    unsafe fn link_to(&mut self, at: *mut u8) -> *mut *mut Free {
        let mut link = &raw mut self.large;
        // SAFETY: the caller's promise.
        unsafe {
            while !(*link).is_null() && (*link).cast::<u8>() < at {
                link = &raw mut (**link).next;
            }
        }
        link
    }

    /// The link to the smallest free block of at least `size` and at most `most` bytes.
    ///
    /// # Safety
    /// Nothing but this heap uses what is free.
    unsafe fn fitting(&mut self, size: usize, most: usize) -> Option<*mut *mut Free> {
        let (mut link, mut found, mut least) = (&raw mut self.large, None, most);
        // SAFETY: the caller's promise.
        unsafe {
            while !(*link).is_null() {
                if (size..=least).contains(&(**link).size) {
                    // Of equal ones the first.
                    (found, least) = (Some(link), (**link).size - 1);
                }
                link = &raw mut (**link).next;
            }
        }
        found
    }

    /// Brings more memory; whether there was any.
    ///
    /// # Safety
    /// Nothing but this heap uses what is free.
    unsafe fn grow(&mut self, bytes: usize) -> bool {
        let Some((start, size)) = self.pages.grow(bytes) else { return false };
        self.end = start.wrapping_add(size);
        // SAFETY: the memory is new.
        unsafe { self.put(start, size) };
        true
    }

    /// Puts a large block among the free ones, and joins it with its neighbours.
    ///
    /// # Safety
    /// `size` is a multiple of [`UNIT`], and nothing uses the block.
    unsafe fn put(&mut self, block: *mut u8, mut size: usize) {
        let mut link = &raw mut self.large;
        // SAFETY: the caller's promise.
        unsafe {
            let mut before: *mut Free = null_mut();
            while !(*link).is_null() && (*link).cast::<u8>() < block {
                before = *link;
                link = &raw mut (**link).next;
            }
            let mut next = *link;
            if !next.is_null() && block.add(size) == next.cast() {
                (size, next) = (size + (*next).size, (*next).next);
            }
            if !before.is_null() && before.cast::<u8>().add((*before).size) == block {
                before.write(Free { size: (*before).size + size, next });
            } else {
                block.cast::<Free>().write(Free { size, next });
                *link = block.cast();
            }
        }
    }
}

/// Takes `size` bytes from the beginning of a free block.
///
/// # Safety
/// The link leads to a free block of at least so many bytes.
unsafe fn cut(link: *mut *mut Free, size: usize) -> *mut u8 {
    // SAFETY: the caller's promise.
    unsafe {
        let block = *link;
        let Free { size: whole, next } = block.read();
        *link = next;
        if whole > size {
            let rest = block.cast::<u8>().add(size).cast::<Free>();
            rest.write(Free { size: whole - size, next });
            *link = rest;
        }
        block.cast()
    }
}
