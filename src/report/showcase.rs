//! A page with all that the model has, for the tests of its renderers. Its figures are made up.

use super::document::{Block, Cell, Column, Line, Page, Picture, Row, Table, Tone};

/// The page.
pub(super) fn page() -> Page {
    let blocks = vec![
        Block::Meta(
            Line::from("jqlab study · run ").strong("7f3a·c19e").text(" · live · 12 replications in 2 min 41 s"),
        ),
        Block::heading(1, "Shared lock: do workers read dependencies at the same time?"),
        Block::Aside("design-chained-jobs, “Cost of deserialization”".into()),
        Block::Answer(
            Some(Tone::Refuted),
            vec![
                Line::from("As shipped, never. With the lock held only to register, 16 workers finish the same jobs ")
                    .strong(Line::new().figure("7.6 times", "findings.claims[1].contrasts[0].effect.point"))
                    .text(" sooner."),
            ],
        ),
        Block::heading(2, "Claims"),
        claims().into(),
        Block::Picture(forest()),
        Block::heading(2, "Which design?"),
        decision().into(),
        Block::Aside(Line::from("Bold: better than the rest. Messages are in ").see("figure-checks").text(".")),
        Block::heading(2, "Before you cite this"),
        Block::Paragraph(
            Line::from("One machine of 2 cores. ")
                .link("All threats", "threats-to-validity")
                .text(" · ")
                .code("jqlab run scenarios/shared-lock.toml"),
        ),
        Block::FirstPageEnd,
        Block::heading(2, "Checks"),
        Block::Picture(checks()),
        Block::table(&["account", "mean"], vec![vec!["read".into(), "45.0 µs".into()]], "Means."),
        Block::heading(2, "Threats to validity"),
        Block::list(["One machine.", "Two cores."]),
        Block::Quote("certainly has some cost".into(), "measure: check design".into()),
        Block::Code("jqlab run scenarios/shared-lock.toml --seed 1\n".into()),
    ];
    let variants = vec!["exclusive".into(), "register-only".into()];
    Page { title: "Shared lock".into(), variants, blocks }
}

fn claims() -> Table {
    let columns =
        vec![Column::words("Verdict"), Column::words("Claim"), Column::figures("measured"), Column::figures("bound")];
    let row = |tone: Tone, role: &str, quote: &str, below: &str, measured: (&str, &str), bound: &str| {
        let verdict = Cell::from(Line::new().verdict(tone)).line(Line::new().badge(role));
        let claim = Cell::from(Line::new().quote(quote)).below(below);
        let of = Line::new()
            .figure(measured.0, "findings.claims[0].contrasts[0].effect.point")
            .text(" ")
            .small(Line::new().figure(measured.1, "findings.claims[0].contrasts[0].corrected"));
        Row::of([verdict, claim, Cell::from(of), Cell::from(bound)])
    };
    Table::new("claims-judged", "The claims, judged. Holm over the claims of this study.", columns).rows([
        row(
            Tone::Refuted,
            "as shipped",
            "the queue lock is held in shared mode, so different workers can read at the same time (deliberately ignoring \
             CPython’s interpreter lock)",
            "readers at once, 16 workers; 0 overlaps in 12 × 4,800 reads",
            ("1.00", "(exact)"),
            "> 1",
        )
        .anchor("claim-1"),
        row(Tone::Supported, "proposed", "won’t be affected", "p95 of plain", ("+1.2 %", "(−2.1 to +4.6)"), "±10 %")
            .anchor("claim-2"),
        row(Tone::Undecided, "proposed", "certainly has some cost", "9 more", ("+6 %", "(−3 to +16)"), "> 0")
            .anchor("claim-3"),
    ])
}

fn decision() -> Table {
    let columns = vec![
        Column::words("design"),
        Column::figures("a check").unit("ms"),
        Column::figures("jobs").unit("1/s"),
        Column::words("lost in a crash"),
    ];
    let row = |variant: usize, name: &str, role: &str, check: f64, jobs: f64, is_best: bool| {
        let name = Cell::from(Line::from(name).text(" ").badge(role));
        let jobs = Cell::from(format!("{jobs}")).order(jobs);
        let jobs = if is_best { jobs.best() } else { jobs };
        Row::of([name, Cell::from(format!("{check:.2}")).order(check), jobs, Cell::from("nothing")]).variant(variant)
    };
    Table::new("designs", "The designs by what matters.", columns).rows([
        row(0, "exclusive", "shipped", 1.27, 144.0, false),
        row(1, "register-only", "proposed", 1.29, 1090.0, true),
    ])
}

fn svg(width: u32, parts: &str) -> String {
    format!("<svg viewBox=\"0 0 {width} 60\" role=\"img\" aria-label=\"bars\">{parts}</svg>")
}

fn checks() -> Picture {
    let bar = |variant: u32, y: u32, width: u32| {
        format!(
            "<g data-variant=\"{variant}\"><title>{width} µs</title><rect x=\"4\" y=\"{y}\" width=\"{width}\" height=\"20\" \
             fill=\"#0b62a8\"/><text x=\"{}\" y=\"{}\" font-size=\"12\" fill=\"currentColor\">{width} µs</text></g>",
            width + 10,
            y + 15
        )
    };
    Picture {
        anchor: "figure-checks".into(),
        stem: "checks".into(),
        alt: "What a check is made of".into(),
        caption: "What a check is made of.".into(),
        note: "Grey: the instrument.".into(),
        wide: svg(640, &(bar(0, 4, 500) + &bar(1, 30, 400))),
        narrow: svg(360, &(bar(0, 4, 250) + &bar(1, 30, 200))),
        is_beside: false,
    }
}

fn forest() -> Picture {
    Picture {
        anchor: "figure-forest".into(),
        stem: "forest".into(),
        alt: "Effects against their margins".into(),
        caption: "Effects against their margins. Same system twice: ±1.9 %.".into(),
        note: "95 % intervals over replications.".into(),
        is_beside: true,
        ..checks()
    }
}
