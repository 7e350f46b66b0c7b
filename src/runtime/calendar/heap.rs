//! A heap of the calendar's keys, four children to a node.
//!
//! Four children are one cache line of keys, and the tree is half as high as a binary one. The smallest key is
//! taken from the top; what fills the hole is the key that is pushed next, if that comes first.

use std::hint::select_unpredictable;

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

    /// Moves all keys to the end of `keys`.
    pub(super) fn move_to(&mut self, keys: &mut Vec<Key>) {
        self.fill_hole();
        keys.append(&mut self.keys);
    }

    /// Keeps the keys that `keeps` says.
    pub(super) fn retain(&mut self, keeps: impl FnMut(&Key) -> bool) {
        self.fill_hole();
        self.keys.retain(keeps);
        // What is sorted is a heap.
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
        while let Some(child) = self.least_child(place)
            && self.keys[child] < key
        {
            self.keys[place] = self.keys[child];
            place = child;
        }
        self.keys[place] = key;
    }

    /// The place of the smallest of the children at `place`.
    #[inline]
    fn least_child(&self, place: usize) -> Option<usize> {
        let first = place * CHILDREN + 1;
        let children = self.keys.get(first..)?;
        let Some([a, b, c, d]) = children.first_chunk::<CHILDREN>() else {
            return (first..self.keys.len()).min_by_key(|child| self.keys[*child]);
        };
        // Which is the smallest cannot be predicted: so comparisons become numbers here, not jumps.
        let (left, right) = (usize::from(b < a), 2 + usize::from(d < c));
        Some(first + select_unpredictable(children[right] < children[left], right, left))
    }
}
