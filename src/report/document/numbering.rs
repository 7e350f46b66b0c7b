//! Anchors and numbers of what stands on a page, given in one pass in the order in which it appears.

use super::Block;
use std::collections::BTreeMap;

/// Anchors and numbers of a page.
#[derive(Debug, Default)]
pub(in crate::report) struct Numbering {
    /// For each block: its anchor, which no other on the page has, and its number, such as `Table 3`; either may be empty.
    pub(in crate::report) blocks: Vec<(String, String)>,
    /// What a link to an anchor shows that has no text of its own.
    names: BTreeMap<String, String>,
}

impl Numbering {
    /// Of these blocks.
    pub(in crate::report) fn of(blocks: &[Block]) -> Self {
        let (mut tables, mut figures) = (0, 0);
        let mut numbering = Self::default();
        for block in blocks {
            let (anchor, name) = match block {
                Block::Heading(_, text, anchor) => (anchor.as_str(), (text.plain(), String::new())),
                Block::Table(table) if !table.anchor.is_empty() => {
                    tables += 1;
                    (table.anchor.as_str(), twice(format!("Table {tables}")))
                }
                Block::Picture(picture) => {
                    figures += 1;
                    (picture.anchor.as_str(), twice(format!("Figure {figures}")))
                }
                _ => ("", (String::new(), String::new())),
            };
            let anchor = numbering.take(anchor, name.0);
            numbering.blocks.push((anchor, name.1));
            if let Block::Table(table) = block {
                for row in table.rows.iter().filter(|row| !row.anchor.is_empty()) {
                    numbering.take(&row.anchor, row.cells.first().map(super::Cell::plain).unwrap_or_default());
                }
            }
        }
        numbering
    }

    /// Anchors and titles of the sections of the appendix; none of a page without one.
    pub(in crate::report) fn contents(&self, blocks: &[Block]) -> Vec<(String, String)> {
        let numbered = blocks.iter().zip(&self.blocks);
        let appendix = numbered.skip_while(|(block, _)| !matches!(block, Block::FirstPageEnd));
        let sections = appendix.filter_map(|(block, (anchor, _))| match block {
            Block::Heading(2, title, _) => Some((anchor.clone(), title.plain())),
            _ => None,
        });
        sections.collect()
    }

    /// What a link to `anchor` shows that has no text of its own.
    pub(in crate::report) fn name<'a>(&'a self, anchor: &'a str) -> &'a str {
        self.names.get(anchor).map_or(anchor, String::as_str)
    }

    /// The anchor, or the first that is free with a number after it.
    fn take(&mut self, anchor: &str, name: String) -> String {
        if anchor.is_empty() {
            return String::new();
        }
        let numbered = (2..).map(|number| format!("{anchor}-{number}"));
        let free = [anchor.to_owned()].into_iter().chain(numbered).find(|anchor| !self.names.contains_key(anchor));
        let free = free.unwrap_or_default();
        self.names.insert(free.clone(), name);
        free
    }
}

fn twice(text: String) -> (String, String) {
    (text.clone(), text)
}

/// An anchor made of a text: its letters and digits, with a hyphen for whatever is between them.
#[must_use]
pub(in crate::report) fn anchor(text: &str) -> String {
    let words = text.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join("-").to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::super::{Line, Picture, Table};
    use super::*;

    fn picture(anchor: &str) -> Block {
        let text = String::new;
        let (caption, note) = (Line::new(), Line::new());
        Block::Picture(Picture {
            anchor: anchor.into(),
            stem: text(),
            alt: text(),
            caption,
            note,
            wide: text(),
            narrow: text(),
            is_beside: false,
        })
    }

    #[test]
    fn tables_and_figures_are_numbered_in_their_order() {
        let table = |anchor: &str| Block::from(Table::new(anchor, "", Vec::new()));
        let plain = Block::table(&["a"], Vec::new(), "");
        let blocks = [picture("one"), table("t"), plain, picture("two"), table("u")];
        let numbering = Numbering::of(&blocks);
        let numbers: Vec<&str> = numbering.blocks.iter().map(|(_, number)| number.as_str()).collect();
        assert_eq!(numbers, ["Figure 1", "Table 1", "", "Figure 2", "Table 2"]);
        assert_eq!([numbering.name("u"), numbering.name("nowhere")], ["Table 2", "nowhere"]);
    }

    #[test]
    fn no_two_blocks_have_one_anchor() {
        let blocks = ["Locks", "locks!", "Lo<ck>s"].map(|title| Block::heading(2, title));
        let anchors: Vec<String> = Numbering::of(&blocks).blocks.into_iter().map(|(anchor, _)| anchor).collect();
        assert_eq!(anchors, ["locks", "locks-2", "lo-ck-s"]);
    }
}
