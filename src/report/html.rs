//! A report as one self-contained HTML file: good on screen, on paper, and in the dark.

use super::document::Block;
use minijinja::{AutoEscape, Environment, Value, context};

const PAGE: &str = include_str!("templates/page.html");

/// The page.
///
/// # Panics
/// If the page's own template is broken, which a test would have found.
#[must_use]
pub(super) fn render(title: &str, blocks: &[Block]) -> String {
    let mut environment = Environment::new();
    environment.set_auto_escape_callback(|_| AutoEscape::Html);
    let blocks: Vec<Value> = blocks.iter().map(block).collect();
    let page = environment.render_str(PAGE, context! { title, blocks });
    page.unwrap_or_else(|error| unreachable!("the template of the page: {error:#}"))
}

fn block(block: &Block) -> Value {
    match block {
        Block::Heading(level, text) => context! { kind => "heading", level, text },
        Block::Paragraph(text) => context! { kind => "paragraph", text },
        Block::Quote(text, place) => context! { kind => "quote", text, place },
        Block::List(points) => context! { kind => "list", points },
        Block::Table { head, rows, note } => context! { kind => "table", head, rows, note },
        // The picture is made by this program: every text in it is escaped already.
        Block::Picture { caption, svg, .. } => {
            context! { kind => "picture", caption, svg => Value::from_safe_string(svg.clone()) }
        }
        Block::Code(text) => context! { kind => "code", text },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_cannot_become_markup() {
        let page = render("<t>", &[Block::Paragraph("a <script> & more".into())]);
        assert!(page.contains("a &lt;script&gt; &amp; more"));
        assert!(!page.contains("<script>"));
    }
}
