//! Something for each of some actors. Addresses are small and dense, so that looking one up costs next to nothing.

use crate::actors::actor::ActorId;

/// A map from actors to values, in the order of addresses.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct ByActor<T> {
    /// By address. The last one, if there is any, is taken: so equal maps are equal values.
    places: Vec<Option<T>>,
}

impl<T> ByActor<T> {
    /// Nothing for anybody.
    pub(super) const fn new() -> Self {
        Self { places: Vec::new() }
    }

    /// Puts a value in the place of `actor`.
    pub(super) fn insert(&mut self, actor: ActorId, value: T) {
        let place = actor.0 as usize;
        if self.places.len() <= place {
            self.places.resize_with(place + 1, || None);
        }
        self.places[place] = Some(value);
    }

    /// The value of `actor`.
    pub(super) fn get(&self, actor: ActorId) -> Option<&T> {
        self.places.get(actor.0 as usize)?.as_ref()
    }

    /// The same, to be changed.
    pub(super) fn get_mut(&mut self, actor: ActorId) -> Option<&mut T> {
        self.places.get_mut(actor.0 as usize)?.as_mut()
    }

    /// Takes the value of `actor` out.
    pub(super) fn remove(&mut self, actor: ActorId) -> Option<T> {
        let value = self.places.get_mut(actor.0 as usize)?.take();
        while self.places.last().is_some_and(Option::is_none) {
            self.places.pop();
        }
        value
    }

    /// All values, with their actors.
    pub(super) fn iter(&self) -> impl Iterator<Item = (ActorId, &T)> {
        (0..).map(ActorId).zip(&self.places).filter_map(|(actor, value)| Some((actor, value.as_ref()?)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_map_that_was_emptied_equals_an_empty_one() {
        let (mut map, empty) = (ByActor::new(), ByActor::new());
        map.insert(ActorId(7), 'a');
        map.insert(ActorId(2), 'b');
        assert_eq!(map.iter().collect::<Vec<_>>(), [(ActorId(2), &'b'), (ActorId(7), &'a')]);
        assert_eq!(
            (map.remove(ActorId(7)), map.remove(ActorId(7)), map.get(ActorId(2))),
            (Some('a'), None, Some(&'b'))
        );
        assert_ne!(map, empty);
        assert_eq!(map.remove(ActorId(2)), Some('b'));
        assert_eq!(map, empty);
    }
}
