//! Tables: elements that generated code reads and writes in place. Elements of function tables are
//! pointers, all others 32-bit references; here both are `u64`, zero-extended.

use crate::error::AllocError;
use crate::stable::Stable;
use crate::vm::TableDef;
use std::alloc::Layout;
use std::ptr::NonNull;
use wassay_artifact::fault::Fault as Seeded;
use wassay_artifact::types::{CanonicalType, TableType};
use wassay_engine::Features;

/// The growth limit of a table, in elements: beyond it, `table.grow` returns -1.
const TABLE_LIMIT: u64 = 10_000_000;

/// A table of a store.
pub(crate) struct Table {
    def: Stable<TableDef>,
    ty: TableType<CanonicalType>,
    storage: Storage,
}

/// An access outside a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct OutOfBounds;

impl Table {
    /// Creates a table of the type's minimum size, filled with `init`.
    pub(crate) fn new(ty: TableType<CanonicalType>, init: u64) -> Result<Table, AllocError> {
        ty.check(Features::all())?;
        let element = if ty.element.heap.is_func() { Element::Wide } else { Element::Narrow };
        let storage = Storage { base: None, capacity: 0, element };
        let def =
            Stable::new(TableDef { base: NonNull::<u64>::dangling().as_ptr().cast(), len: 0 });
        let mut table = Table { def, ty, storage };
        table.resize(ty.minimum, init).ok_or_else(|| {
            AllocError::Resources(format!("cannot allocate a table of {} elements", ty.minimum))
        })?;
        Ok(table)
    }

    /// The definition that instances point to. Valid as long as the table.
    pub(crate) fn def(&self) -> *mut TableDef {
        self.def.as_ptr()
    }

    pub(crate) fn ty(&self) -> TableType<CanonicalType> {
        self.ty
    }

    pub(crate) fn len(&self) -> u64 {
        // SAFETY: the definition is ours; generated code never writes it.
        unsafe { (*self.def.as_ptr()).len }
    }

    pub(crate) fn get(&self, at: u64) -> Option<u64> {
        // SAFETY: below the length, so in the storage and initialized.
        (at < self.len()).then(|| unsafe { self.storage.read(at as usize) })
    }

    /// All elements.
    pub(crate) fn elements(&self) -> impl Iterator<Item = u64> {
        (0..self.len()).filter_map(|at| self.get(at))
    }

    pub(crate) fn set(&mut self, at: u64, value: u64) -> Result<(), OutOfBounds> {
        self.fill(at, value, 1)
    }

    /// Grows by `delta` elements and returns the old size; `None` if that is impossible.
    pub(crate) fn grow(&mut self, delta: u64, init: u64) -> Option<u64> {
        let old = self.len();
        let len = old.checked_add(delta)?;
        if len > self.ty.maximum.unwrap_or(u64::MAX) {
            return None;
        }
        self.resize(len, init)?;
        Some(old)
    }

    /// `table.fill`
    pub(crate) fn fill(&mut self, at: u64, value: u64, len: u64) -> Result<(), OutOfBounds> {
        self.check(at, len)?;
        for at in at..at + len {
            // SAFETY: in range, as just checked.
            unsafe { self.storage.write(at as usize, value) };
        }
        Ok(())
    }

    /// `table.init`: all of `elements`.
    pub(crate) fn init(
        &mut self,
        at: u64,
        elements: impl ExactSizeIterator<Item = u64>,
    ) -> Result<(), OutOfBounds> {
        let len = elements.len();
        self.check(at, len as u64)?;
        // SAFETY: in range, as just checked.
        unsafe { self.storage.write_all(at as usize, len, elements) };
        Ok(())
    }

    /// `table.copy` to this table from itself or from another one with the same kind of elements.
    pub(crate) fn copy(
        &self,
        at: u64,
        from: &Table,
        from_at: u64,
        len: u64,
    ) -> Result<(), OutOfBounds> {
        self.check(at, len)?;
        from.check(from_at, len)?;
        if len == 0 {
            return Ok(());
        }
        if self.storage.element != from.storage.element {
            return Err(OutOfBounds);
        }
        let size = self.storage.element.size();
        let (to, from) =
            (self.storage.address(at as usize), from.storage.address(from_at as usize));
        if Seeded::TableCopyForward.is_seeded() {
            // SAFETY: both ranges were checked, and only generated code, which is not running, shares
            // the elements.
            (0..len as usize * size).for_each(|at| unsafe { to.add(at).write(*from.add(at)) });
            return Ok(());
        }
        // SAFETY: both ranges were checked; only generated code shares the elements, and it is not
        // running. The ranges may overlap.
        unsafe { std::ptr::copy(from, to, len as usize * size) };
        Ok(())
    }

    fn check(&self, at: u64, len: u64) -> Result<(), OutOfBounds> {
        let is_late = Seeded::EmptyRangeUnchecked.is_seeded() && len == 0;
        if at.checked_add(len).is_none_or(|end| end > self.len() && !is_late) {
            Err(OutOfBounds)
        } else {
            Ok(())
        }
    }

    fn resize(&mut self, len: u64, init: u64) -> Option<()> {
        if len > TABLE_LIMIT {
            return None;
        }
        let old = self.len();
        self.storage.reserve(old as usize, len as usize)?;
        if init != 0 {
            for at in old..len {
                // SAFETY: there is room, as just reserved.
                unsafe { self.storage.write(at as usize, init) };
            }
        }
        // SAFETY: the definition is ours; generated code that reads it is not running, since this
        // runs in a builtin or under `&mut Store`.
        unsafe {
            if let Some(base) = self.storage.base {
                (*self.def.as_ptr()).base = base.as_ptr();
            }
            (*self.def.as_ptr()).len = len;
        }
        Some(())
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Element {
    /// 4 bytes.
    Narrow,
    /// 8 bytes.
    Wide,
}

impl Element {
    const fn size(self) -> usize {
        match self {
            Element::Narrow => 4,
            Element::Wide => 8,
        }
    }
}

/// Room for elements; elements that were never written are zero.
struct Storage {
    base: Option<NonNull<u8>>,
    capacity: usize,
    element: Element,
}

// SAFETY: the storage owns its elements; references in them belong to the same store.
unsafe impl Send for Storage {}

impl Storage {
    fn layout(&self, capacity: usize) -> Option<Layout> {
        Layout::from_size_align(capacity.checked_mul(self.element.size())?, 8).ok()
    }

    /// Makes room for `len` elements and keeps the first `old`.
    fn reserve(&mut self, old: usize, len: usize) -> Option<()> {
        if len <= self.capacity {
            return Some(());
        }
        let capacity = if old == 0 { len } else { len.max(self.capacity * 2) };
        let layout = self.layout(capacity)?;
        // SAFETY: the layout is not empty: `len` is above the capacity, so at least 1.
        let base = NonNull::new(unsafe { std::alloc::alloc_zeroed(layout) })?;
        if let Some(previous) = self.base {
            // SAFETY: both have room for the old elements, and are different allocations; the old
            // one was allocated here with its layout, and no code keeps its address: the definition
            // is written next.
            unsafe {
                std::ptr::copy_nonoverlapping(
                    previous.as_ptr(),
                    base.as_ptr(),
                    old * self.element.size(),
                );
                std::alloc::dealloc(previous.as_ptr(), self.layout(self.capacity)?);
            }
        }
        (self.base, self.capacity) = (Some(base), capacity);
        Some(())
    }

    fn address(&self, at: usize) -> *mut u8 {
        let base = self.base.unwrap_or(NonNull::<u64>::dangling().cast());
        base.as_ptr().wrapping_add(at * self.element.size())
    }

    /// # Safety
    /// `at` is below the capacity, and no generated code runs.
    unsafe fn read(&self, at: usize) -> u64 {
        // SAFETY: below the capacity, as the caller upholds, so it is allocated and initialized;
        // elements are aligned.
        unsafe {
            match self.element {
                Element::Narrow => u64::from(self.address(at).cast::<u32>().read()),
                Element::Wide => self.address(at).cast::<u64>().read(),
            }
        }
    }

    /// Writes the values, at most `len`.
    ///
    /// # Safety
    /// `len` elements from `at` on are below the capacity, and no generated code runs.
    unsafe fn write_all(&mut self, at: usize, len: usize, values: impl Iterator<Item = u64>) {
        let to = self.address(at);
        let values = values.take(len).enumerate();
        // SAFETY: below the capacity, as the caller upholds, so they are allocated; elements are
        // aligned.
        unsafe {
            match self.element {
                Element::Narrow => {
                    let to = to.cast::<u32>();
                    values.for_each(|(at, value)| to.add(at).write(value as u32));
                }
                Element::Wide => {
                    let to = to.cast::<u64>();
                    values.for_each(|(at, value)| to.add(at).write(value));
                }
            }
        }
    }

    /// # Safety
    /// `at` is below the capacity, and no generated code runs.
    unsafe fn write(&mut self, at: usize, value: u64) {
        // SAFETY: below the capacity, as the caller upholds, so it is allocated; elements are
        // aligned.
        unsafe {
            match self.element {
                Element::Narrow => self.address(at).cast::<u32>().write(value as u32),
                Element::Wide => self.address(at).cast::<u64>().write(value),
            }
        }
    }
}

impl Drop for Storage {
    fn drop(&mut self) {
        if let (Some(base), Some(layout)) = (self.base, self.layout(self.capacity)) {
            // SAFETY: allocated by `reserve` with this layout.
            unsafe { std::alloc::dealloc(base.as_ptr(), layout) };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use wassay_artifact::types::{HeapType, RefType};

    fn table(heap: HeapType<CanonicalType>, minimum: u64, maximum: Option<u64>) -> Table {
        let element = RefType { nullable: true, heap };
        Table::new(TableType { element, minimum, maximum, table64: false }, 0).unwrap()
    }

    #[test]
    fn grown_elements_are_initialised_and_old_ones_kept() {
        for heap in [HeapType::Func, HeapType::Extern] {
            let mut table = table(heap, 2, Some(100));
            table.set(1, 7).unwrap();
            assert_eq!(table.grow(3, 9), Some(2));
            assert_eq!(table.grow(95, 0), Some(5));
            assert_eq!(table.grow(1, 0), None);
            assert_eq!(table.grow(0, 0), Some(100));
            let elements: Vec<_> = (0..6).map(|at| table.get(at).unwrap()).collect();
            assert_eq!(elements, [0, 7, 9, 9, 9, 0]);
            assert_eq!(table.get(100), None);
        }
    }

    #[test]
    fn a_table_that_grows_step_by_step_seldom_moves() {
        let mut table = table(HeapType::Func, 1, None);
        let mut bases = Vec::new();
        for _ in 0..1000 {
            table.grow(1, 7).unwrap();
            bases.push(table.storage.base);
        }
        bases.dedup();
        assert!(bases.len() <= 11, "{} moves", bases.len());
    }

    #[test]
    fn bounds_are_checked_before_anything_is_written() {
        let mut table = table(HeapType::Extern, 4, None);
        assert_eq!(table.init(2, [1, 2, 3].into_iter()), Err(OutOfBounds));
        assert_eq!(table.get(2), Some(0));
        assert_eq!(table.init(4, [].into_iter()), Ok(()));
        assert_eq!(table.init(5, [].into_iter()), Err(OutOfBounds));
        assert_eq!(table.fill(u64::MAX, 1, 2), Err(OutOfBounds));
        table.init(0, [1, 2, 3, 4].into_iter()).unwrap();
        table.copy(1, &table, 0, 3).unwrap();
        let elements: Vec<_> = (0..4).map(|at| table.get(at).unwrap()).collect();
        assert_eq!(elements, [1, 1, 2, 3]);
        assert_eq!(table.copy(2, &table, 0, 3), Err(OutOfBounds));
    }

    #[test]
    fn a_table_has_a_sensible_limit() {
        let mut table = table(HeapType::Func, 0, None);
        assert_eq!(table.grow(u64::from(u32::MAX), 0), None);
        assert_eq!(table.grow(u64::MAX, 0), None);
        assert_eq!(table.grow(TABLE_LIMIT, 0), Some(0));
    }
}
