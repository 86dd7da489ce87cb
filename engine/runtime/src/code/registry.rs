//! Maps an address to its image: a radix tree over pages. Readers use no locks, allocation or
//! reclamation, since signal handlers read it.
//!
//! Nodes are never freed (their number is bounded by the address space that ever held code). An
//! image is only looked up by an address that the calling thread is executing or will return to. A
//! thread that runs an image keeps it alive, so a found image cannot be freed under the reader.

use crate::code::image::ImageParts;
use std::alloc::Layout;
use std::ptr;
use std::sync::atomic::{AtomicPtr, Ordering};

const PAGE_BITS: usize = 12;
const LEVEL_BITS: usize = 12;
const FANOUT: usize = 1 << LEVEL_BITS;
const ADDRESS_BITS: usize = PAGE_BITS + 3 * LEVEL_BITS;

struct Leaf([AtomicPtr<ImageParts>; FANOUT]);
struct Middle([AtomicPtr<Leaf>; FANOUT]);

static ROOT: [AtomicPtr<Middle>; FANOUT] = [const { AtomicPtr::new(ptr::null_mut()) }; FANOUT];

/// Registers an image's pages.
pub(crate) fn register(base: usize, len: usize, image: *mut ImageParts) -> Result<(), String> {
    if base.checked_add(len).is_none_or(|end| end > 1 << ADDRESS_BITS) {
        return Err(format!("code at {base:#x}, beyond 48 bits of address space"));
    }
    for page in pages(base, len) {
        let [top, middle, bottom] = path(page);
        let node = child(&ROOT[top]);
        // SAFETY: `child` gives a live node, and nodes are never freed.
        let leaf = child(unsafe { &(&(*node).0)[middle] });
        // SAFETY: `child` gives a live leaf, and leaves are never freed.
        unsafe { &(&(*leaf).0)[bottom] }.store(image, Ordering::Release);
    }
    Ok(())
}

/// Unregisters an image's pages.
pub(crate) fn unregister(base: usize, len: usize) {
    for page in pages(base, len) {
        if let Some(slot) = slot(page << PAGE_BITS) {
            slot.store(ptr::null_mut(), Ordering::Release);
        }
    }
}

/// The image of the code at this address.
///
/// # Safety
/// If the address is in code, that code must stay loaded for `'a`.
pub(crate) unsafe fn find<'a>(pc: usize) -> Option<&'a ImageParts> {
    let image = slot(pc)?.load(Ordering::Acquire);
    // SAFETY: an entry is removed before its image is freed, and the caller upholds that this
    // image is not being freed.
    unsafe { image.as_ref() }
}

/// The image and text offset of the *call* before this return address.
///
/// # Safety
/// The same as for [`find`]: the image around the address, if any, is not being freed.
pub(crate) unsafe fn find_on_stack<'a>(return_address: usize) -> Option<(&'a ImageParts, u32)> {
    let call = return_address.checked_sub(1)?;
    // SAFETY: the caller upholds that the image around the address is not being freed.
    let image = unsafe { find(call) }?;
    Some((image, image.offset(call)?))
}

fn slot(pc: usize) -> Option<&'static AtomicPtr<ImageParts>> {
    if pc >> ADDRESS_BITS != 0 {
        return None;
    }
    let [top, middle, bottom] = path(pc >> PAGE_BITS);
    let node = ROOT[top].load(Ordering::Acquire);
    // SAFETY: null or a complete node that `child` published; nodes are never freed.
    let leaf = unsafe { node.as_ref() }?.0[middle].load(Ordering::Acquire);
    // SAFETY: null or a complete leaf that `child` published; leaves are never freed.
    Some(&unsafe { leaf.as_ref() }?.0[bottom])
}

fn pages(base: usize, len: usize) -> std::ops::Range<usize> {
    base >> PAGE_BITS..(base + len).div_ceil(1 << PAGE_BITS)
}

fn path(page: usize) -> [usize; 3] {
    let part = |level: usize| page >> (level * LEVEL_BITS) & (FANOUT - 1);
    [part(2), part(1), part(0)]
}

/// The node at a slot, allocated if necessary. New nodes are arrays of null pointers.
fn child<T>(slot: &AtomicPtr<T>) -> *mut T {
    let node = slot.load(Ordering::Acquire);
    if !node.is_null() {
        return node;
    }
    let layout = Layout::new::<T>();
    // SAFETY: nodes are not empty.
    let fresh = unsafe { std::alloc::alloc_zeroed(layout) }.cast::<T>();
    if fresh.is_null() {
        std::alloc::handle_alloc_error(layout);
    }
    match slot.compare_exchange(ptr::null_mut(), fresh, Ordering::AcqRel, Ordering::Acquire) {
        Ok(_) => fresh,
        Err(winner) => {
            // SAFETY: allocated just above with this layout, and published nowhere.
            unsafe { std::alloc::dealloc(fresh.cast(), layout) };
            winner
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_are_found_until_they_are_removed() {
        // Far from any mapped memory, and across the boundary of two leaves.
        let base = (0x7000 << 32) + (1 << (PAGE_BITS + LEVEL_BITS)) - (1 << PAGE_BITS);
        let image = ptr::dangling_mut::<ImageParts>();
        register(base, 0x1800, image).unwrap();
        for at in [base, base + 0xfff, base + 0x1000, base + 0x17ff] {
            assert_eq!(slot(at).unwrap().load(Ordering::Acquire), image);
        }
        assert!(slot(base - 1).is_none_or(|slot| slot.load(Ordering::Acquire).is_null()));
        unregister(base, 0x1800);
        assert!(slot(base).unwrap().load(Ordering::Acquire).is_null());
        assert!(register(usize::MAX - 10, 20, image).is_err());
        assert!(register(1 << 48, 20, image).is_err());
    }
}
