//! A heap of the calendar's keys, four children to a node.
//!
//! Four children are one cache line of keys, and the tree is half as high as a binary one. The smallest key is
//! taken from the top; what fills the hole is the key that is pushed next, if that comes first.

/// Time, sequence and slot in one number, so that the order of keys is that of numbers.
pub(super) type Key = u128;

const CHILDREN: usize = 4;

/// A heap whose top is the smallest key.
#[derive(Debug, Clone, Default)]
pub(super) struct Heap {
    keys: Vec<Key>,
    /// Whether the top was taken, and its place not yet filled.
    hole: bool,
}

impl Heap {
    pub(super) const fn len(&self) -> usize {
        self.keys.len() - self.hole as usize
    }

    #[inline]
    pub(super) fn top(&mut self) -> Option<Key> {
        self.fill_hole();
        self.keys.first().copied()
    }

    #[inline]
    pub(super) fn push(&mut self, key: Key) {
        if self.hole {
            self.hole = false;
            self.sift_down(key);
        } else {
            self.keys.push(key);
            self.sift_up(self.keys.len() - 1, key);
        }
    }

    #[inline]
    pub(super) fn pop(&mut self) -> Option<Key> {
        let top = self.top()?;
        self.hole = true;
        Some(top)
    }

    /// All keys, in no order.
    pub(super) fn keys(&mut self) -> &[Key] {
        self.fill_hole();
        &self.keys
    }

    /// Moves all keys to the end of `keys`.
    pub(super) fn move_to(&mut self, keys: &mut Vec<Key>) {
        self.fill_hole();
        keys.append(&mut self.keys);
    }

    /// Takes all of `keys`; the heap must be empty.
    pub(super) fn refill(&mut self, keys: &mut Vec<Key>) {
        self.fill_hole();
        debug_assert!(self.keys.is_empty());
        self.keys.append(keys);
        // What is sorted is a heap.
        self.keys.sort_unstable();
    }

    /// Keeps the keys that `keeps` says.
    pub(super) fn retain(&mut self, keeps: impl FnMut(&Key) -> bool) {
        self.fill_hole();
        self.keys.retain(keeps);
        self.keys.sort_unstable();
    }

    #[inline]
    fn fill_hole(&mut self) {
        if self.hole {
            self.hole = false;
            if let Some(last) = self.keys.pop()
                && !self.keys.is_empty()
            {
                self.sift_down(last);
            }
        }
    }

    fn sift_up(&mut self, mut place: usize, key: Key) {
        while place > 0 {
            let parent = (place - 1) / CHILDREN;
            if self.keys[parent] <= key {
                break;
            }
            self.keys[place] = self.keys[parent];
            place = parent;
        }
        self.keys[place] = key;
    }

    /// Puts `key` where the top was.
    fn sift_down(&mut self, key: Key) {
        let mut place = 0;
        loop {
            let first = place * CHILDREN + 1;
            let Some(children) = self.keys.get(first..(first + CHILDREN).min(self.keys.len())) else { break };
            let mut least = (first, Key::MAX);
            for (offset, child) in children.iter().enumerate() {
                if *child < least.1 {
                    least = (first + offset, *child);
                }
            }
            if least.1 >= key {
                break;
            }
            self.keys[place] = least.1;
            place = least.0;
        }
        self.keys[place] = key;
    }
}
