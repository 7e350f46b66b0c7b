//! Colours: one for each account, curve and verdict, for light pages and for dark ones.
//!
//! Every two that can stand in one picture differ also for readers who do not see red, green or blue; the tests say by how
//! much. The instrument and what is shown together are grey.

#[cfg(test)]
mod vision;

use crate::actors::accounting::{Account, LockKind};
use crate::actors::locks::Activity;
use crate::lab::findings::Verdict;
use std::fmt::Write as _;

/// A colour by what it stands for: as a page calls it, and as `0xRRGGBB` on a light page and on a dark one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::report) struct Colour {
    pub(super) name: &'static str,
    light: u32,
    dark: u32,
}

const fn colour(name: &'static str, light: u32, dark: u32) -> Colour {
    Colour { name, light, dark }
}

/// What a page is written on.
#[cfg(test)]
const PAPER: Colour = colour("paper", 0xffffff, 0x12171d);
/// Letters.
pub(super) const INK: Colour = colour("ink", 0x1b2530, 0xe6ebf0);
/// Letters and lines of less weight.
pub(super) const MUTED: Colour = colour("muted", 0x5a6672, 0x9aa7b4);
/// Lines of a grid.
pub(super) const GRID: Colour = colour("grid", 0xdfe4ea, 0x2c3742);
/// What is claimed: where an effect would be as expected.
pub(super) const MARGIN: Colour = colour("margin", 0xdcebf5, 0x1d3040);
/// What is nobody's, or is shown together because it is little.
pub(super) const REST: Colour = colour("rest", 0xb2b0b2, 0xcfcdcb);
/// Letters on a dark colour, and on a light one.
const WHITE: u32 = 0xffffff;
const BLACK: u32 = 0x000000;

/// In the order of accounts. Neighbours in it differ most: they are neighbours in bars.
const ACCOUNTS: [Colour; Account::ALL.len()] = [
    colour("admission", 0x965816, 0xa58769),
    colour("worker", 0xcc9862, 0xfaff37),
    colour("queue-lock", 0x540009, 0xec8d16),
    colour("dependency-lock", 0x841e8a, 0x6b37bc),
    colour("opcode-locks", 0xd658a6, 0xc496ff),
    colour("dependency", 0xc1bc1c, 0xf6bf6c),
    colour("siblings", 0x937859, 0xf22639),
    colour("disk", 0x931d30, 0x8b7694),
    colour("core", 0xa4aecf, 0xffe6b7),
    colour("interpreter-lock", 0x78557b, 0xbc2c5d),
    colour("read", 0x5877ff, 0x99a2c4),
    colour("parse", 0x076548, 0x5ac396),
    colour("build", 0x87c396, 0xa7ffff),
    colour("encode", 0x280b6f, 0x7255f7),
    colour("write", 0x0436e4, 0x4d4674),
    colour("fsync", 0x6fa6f6, 0xc5cdff),
    colour("rename", 0x281c26, 0x6987c3),
    colour("run", 0x65970e, 0x607a18),
    colour("instrument", 0x716d70, 0x989494),
];

/// Curves of one panel.
const CURVES: [Colour; 7] = [
    colour("curve-1", 0x0f4bf0, 0xc3e1ff),
    colour("curve-2", 0xe1780f, 0xffb469),
    colour("curve-3", 0x4b3c78, 0xb496f0),
    colour("curve-4", 0x0f785a, 0x2dc3a5),
    colour("curve-5", 0x78001e, 0xff4b78),
    colour("curve-6", 0x3c96d2, 0x4b78a5),
    colour("curve-7", 0x875a0f, 0x96690f),
];

const SUPPORTED: Colour = colour("supported", 0x0f785a, 0x5ad2b4);
const REFUTED: Colour = colour("refuted", 0x961e1e, 0xe17878);
const UNDECIDED: Colour = colour("undecided", 0xa56900, 0xf0c369);

/// The colour of an account, the same in every picture of every report.
pub(in crate::report) const fn of_account(account: Account) -> Colour {
    ACCOUNTS[account as usize]
}

/// The colour of what is shown together because it is little.
pub(in crate::report) const fn rest() -> Colour {
    REST
}

/// The colour of what the instrument adds.
pub(in crate::report) const fn of_instrument() -> Colour {
    of_account(Account::Mailbox)
}

/// The colour of a curve: there are seven, then they begin again.
pub(in crate::report) const fn of_curve(number: usize) -> Colour {
    CURVES[number % CURVES.len()]
}

/// How many curves have a colour of their own.
pub(in crate::report) const CURVES_MAX: usize = CURVES.len();

/// The colour of a verdict.
pub(in crate::report) const fn of_verdict(verdict: Verdict) -> Colour {
    match verdict {
        Verdict::Supported => SUPPORTED,
        Verdict::Refuted => REFUTED,
        Verdict::Undecided => UNDECIDED,
    }
}

/// A lock has the colour of the account that waits for it; opcode locks share an account, but not a colour.
pub(in crate::report) const fn of_lock(kind: LockKind) -> Colour {
    match kind {
        LockKind::Queue => of_account(Account::QueueLock),
        LockKind::Dependency => of_account(Account::DependencyLock),
        LockKind::Instance => of_account(Account::OpcodeLocks),
        LockKind::Cluster => of_account(Account::Dependency),
        LockKind::Node => of_account(Account::Encode),
    }
}

/// The colour of an activity that holds a lock. Activities are never beside accounts, whose colours they borrow.
pub(in crate::report) const fn of_activity(activity: Activity) -> Colour {
    ACCOUNTS[activity as usize]
}

impl Colour {
    /// On a light page, and wherever nobody asks: `#0b62a8`.
    pub(super) fn in_light(self) -> String {
        format!("#{:06x}", self.light)
    }

    /// For letters on it: white or black, whichever is easier to read on a light page and on a dark one.
    pub(super) fn letters_on(self) -> Colour {
        let of = |colour| if contrast(colour, WHITE) >= contrast(colour, BLACK) { WHITE } else { BLACK };
        match (of(self.light), of(self.dark)) {
            (WHITE, WHITE) => colour("on-dark", WHITE, WHITE),
            (WHITE, _) => colour("on-both", WHITE, BLACK),
            (_, WHITE) => colour("on-either", BLACK, WHITE),
            _ => colour("on-light", BLACK, BLACK),
        }
    }
}

/// The rules of a page for these colours: by class, with a variable for each that a dark page has otherwise. Paper is always
/// white.
pub(super) fn stylesheet(colours: &[Colour]) -> String {
    let [mut light, mut dark, mut rules] = [const { String::new() }; 3];
    for Colour { name, light: on_light, dark: on_dark } in colours {
        // Writing to a string cannot fail.
        let _ = write!(light, "--{name}:#{on_light:06x};");
        let _ = write!(dark, "--{name}:#{on_dark:06x};");
        let _ = write!(rules, ".jqlab .f-{name}{{fill:var(--{name})}}.jqlab .s-{name}{{stroke:var(--{name})}}");
    }
    format!(
        ".jqlab{{{light}font-family:system-ui,sans-serif}}@media screen and (prefers-color-scheme:dark){{.jqlab{{{dark}}}}}{rules}"
    )
}

/// How much lighter one colour is than another, from 1 to 21 (Web Content Accessibility Guidelines 2.1, 1.4.3).
fn contrast(one: u32, other: u32) -> f64 {
    let [one, other] = [one, other].map(|colour| luminance(colour) + 0.05);
    one.max(other) / one.min(other)
}

fn luminance(colour: u32) -> f64 {
    let [red, green, blue] = linear(colour);
    0.2126 * red + 0.7152 * green + 0.0722 * blue
}

/// Red, green and blue light, from 0 to 1 (sRGB, IEC 61966-2-1).
fn linear(colour: u32) -> [f64; 3] {
    let [_, red, green, blue] = colour.to_be_bytes();
    [red, green, blue].map(|part| {
        let part = f64::from(part) / 255.0;
        if part <= 0.04045 { part / 12.92 } else { libm::pow((part + 0.055) / 1.055, 2.4) }
    })
}
