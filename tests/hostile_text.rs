//! Texts that nobody would write by hand: what is shown of them is bounded and steers no terminal.

#![allow(clippy::unwrap_used)] // tests

use jqlab::scenario;

/// What is said of this text.
fn shown(text: &str) -> String {
    scenario::read("study.toml", text).unwrap_err().render(false)
}

#[test]
fn a_text_with_very_many_mistakes_is_told_the_first_and_how_many_more_there_are() {
    for (line, more) in [("x y z = 1\n", 19_988), ("a = 1\n", 19_987), ("[a]\n", 19_987)] {
        let shown = shown(&line.repeat(20_000));
        assert!(shown.ends_with(&format!("… and {more} more\n")), "{line}: {}", &shown[shown.len() - 200..]);
        assert!(shown.len() < 10_000, "{line}: {}", shown.len());
    }
}

#[test]
fn a_long_line_is_not_shown_but_its_place_is() {
    let shown = shown(&format!("title = \"t\"\nworkload = \"{}\"\n", "x".repeat(1_000_000)));
    assert!(shown.contains("study.toml:2:12: found a long text; expected a table"), "{shown}");
    assert!(shown.len() < 2_000, "{}", shown.len());
    let key = scenario::read("study.toml", &format!("{} = 1\n", "k".repeat(1_000_000))).unwrap_err();
    assert!(key.to_string().len() < 5_000);
}

#[test]
fn what_steers_a_terminal_is_escaped_wherever_it_stands() {
    let base = "[workload]\njobs = 1\narrivals = { process = \"at-once\" }\n[[workload.class]]\nname = \"a\"\nopcode = [{ run = \"1ms\" }]\n";
    for text in [
        "a\u{1b}[2J = 1\n".to_owned(),
        "title = \"\u{1b}]0;owned\u{7}\"\n".to_owned(),
        format!("title = \"t\"\n\"k\\u001b[2J\" = 1\n{base}"),
        format!("title = \"t\\u001b[2J\"\n{base}"),
        format!("title = \"t\"\n{base}[[variant]]\nname = \"v\\u001b[2J\"\n"),
        format!("title = \"t\"\n{base}[[variant]]\nname = \"v\\u202e\"\n"),
        format!("title = \"t\"\n{base}[design]\nstorage = \"\\u001b[2J\"\n"),
        format!("title = \"t\"\nquestion = \"\\u001b[2J\"\n{base}"),
    ] {
        let shown = shown(&text);
        let steers = |letter: char| letter.is_control() && letter != '\n' || letter == '\u{202e}';
        assert!(!shown.contains(steers), "{shown:?}");
    }
}

#[test]
fn names_are_refused_that_look_like_others() {
    for name in ["v ", " v", "v  w", "v\\nw", "v\\tw"] {
        let text = format!(
            "title = \"t\"\n[workload]\njobs = 1\narrivals = {{ process = \"at-once\" }}\n[[workload.class]]\nname = \"a\"\n\
             opcode = [{{ run = \"1ms\" }}]\n[[variant]]\nname = \"v\"\n[[variant]]\nname = \"{name}\"\n"
        );
        let errors = scenario::read("study.toml", &text).unwrap_err().to_string();
        assert!(errors.starts_with("study.toml:11:8: found the text"), "{errors}");
    }
}
