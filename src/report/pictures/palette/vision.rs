//! Whether colours differ, for readers who see all of them and for those who do not.

use super::*;

/// The least difference of two colours that can stand in one picture (CIEDE2000).
const APART: f64 = 10.0;
/// Of two that can touch.
const NEIGHBOURS_APART: f64 = 15.0;

type Matrix = [[f64; 3]; 3];

/// All cones; then without those for long, middle and short waves, severity 1 (Machado, Oliveira and Fernandes 2009), on
/// linear light.
const VISIONS: [Matrix; 4] = [
    [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]],
    [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
];

fn times(matrix: &Matrix, vector: [f64; 3]) -> [f64; 3] {
    matrix.map(|row| row.iter().zip(vector).map(|(one, other)| one * other).sum())
}

/// CIE L*a*b* of linear light, for the white of daylight (D65).
fn lab(light: [f64; 3]) -> [f64; 3] {
    const XYZ: Matrix =
        [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]];
    const WHITE: [f64; 3] = [0.95047, 1.0, 1.08883];
    let xyz = times(&XYZ, light.map(|part| part.clamp(0.0, 1.0)));
    let root =
        |part: f64| if part > 216.0 / 24389.0 { libm::cbrt(part) } else { (24389.0 / 27.0 * part + 16.0) / 116.0 };
    let [x, y, z] = [0, 1, 2].map(|place| root(xyz[place] / WHITE[place]));
    [116.0 * y - 16.0, 500.0 * (x - y), 200.0 * (y - z)]
}

/// The difference of two colours, in L*a*b* (CIEDE2000; Sharma, Wu and Dalal 2005).
fn difference(one: [f64; 3], other: [f64; 3]) -> f64 {
    let chroma = |[_, a, b]: [f64; 3]| libm::hypot(a, b);
    let seventh = |value: f64| (value.powi(7) / (value.powi(7) + 25_f64.powi(7))).sqrt();
    let stretch = 1.5 - 0.5 * seventh(f64::midpoint(chroma(one), chroma(other)));
    let [one, other] = [one, other].map(|[l, a, b]| [l, a * stretch, b]);
    let [c1, c2] = [one, other].map(chroma);
    let hue = |[_, a, b]: [f64; 3]| libm::atan2(b, a).to_degrees().rem_euclid(360.0);
    let (h1, h2) = (hue(one), hue(other));
    let is_grey = c1 * c2 <= 0.0;
    let turn = match h2 - h1 {
        _ if is_grey => 0.0,
        turn if turn > 180.0 => turn - 360.0,
        turn if turn < -180.0 => turn + 360.0,
        turn => turn,
    };
    let mean_hue = match h1 + h2 {
        sum if is_grey => sum,
        sum if (h1 - h2).abs() <= 180.0 => sum / 2.0,
        sum if sum < 360.0 => (sum + 360.0) / 2.0,
        sum => (sum - 360.0) / 2.0,
    };
    let (dl, dc) = (other[0] - one[0], c2 - c1);
    let dh = 2.0 * (c1 * c2).sqrt() * libm::sin((turn / 2.0).to_radians());
    let (l, c) = (f64::midpoint(one[0], other[0]), f64::midpoint(c1, c2));
    let cosine = |degrees: f64| libm::cos(degrees.to_radians());
    let t = 1.0 - 0.17 * cosine(mean_hue - 30.0) + 0.24 * cosine(2.0 * mean_hue) + 0.32 * cosine(3.0 * mean_hue + 6.0)
        - 0.20 * cosine(4.0 * mean_hue - 63.0);
    let away = (l - 50.0).powi(2);
    let (sl, sc, sh) = (1.0 + 0.015 * away / (20.0 + away).sqrt(), 1.0 + 0.045 * c, 1.0 + 0.015 * c * t);
    let rotation = -2.0 * seventh(c) * libm::sin((60.0 * libm::exp(-((mean_hue - 275.0) / 25.0).powi(2))).to_radians());
    let (l, c, h) = (dl / sl, dc / sc, dh / sh);
    (l * l + c * c + h * h + rotation * c * h).sqrt()
}

/// The least difference of two colours, over all visions.
fn least_difference(one: u32, other: u32) -> f64 {
    let seen = |colour: u32| VISIONS.map(|vision| lab(times(&vision, linear(colour))));
    seen(one).into_iter().zip(seen(other)).map(|(one, other)| difference(one, other)).fold(f64::MAX, f64::min)
}

/// Panics if two of the colours, on a light page or on a dark one, differ by less than `required` says of their places.
fn assert_apart(colours: &[Colour], required: impl Fn(usize, usize) -> f64) {
    for (place, one) in colours.iter().enumerate() {
        for (before, other) in colours[..place].iter().enumerate() {
            for (page, colours) in [("light", (one.light, other.light)), ("dark", (one.dark, other.dark))] {
                let found = least_difference(colours.0, colours.1);
                assert!(found >= required(before, place), "{} and {}, {page}: {found:.1}", one.name, other.name);
            }
        }
    }
}

/// Panics if a colour does not stand out from the page.
fn assert_visible(colours: &[Colour], least: f64) {
    for colour in colours {
        for (shown, paper) in [(colour.light, PAPER.light), (colour.dark, PAPER.dark)] {
            let found = contrast(shown, paper);
            assert!(found >= least, "{}: {found:.2}", colour.name);
        }
    }
}

#[test]
fn the_difference_of_colours_is_that_of_the_published_test_data() {
    // Sharma, Wu and Dalal 2005, table 1, pairs 1, 7, 17, 24 and 34.
    for (one, other, expected) in [
        ([50.0, 2.6772, -79.7751], [50.0, 0.0, -82.7485], 2.0425),
        ([50.0, 0.0, 0.0], [50.0, -1.0, 2.0], 2.3669),
        ([50.0, 2.5, 0.0], [73.0, 25.0, -18.0], 27.1492),
        ([50.0, 2.5, 0.0], [50.0, 3.2592, 0.335], 1.0),
        ([2.0776, 0.0795, -1.135], [0.9033, -0.0636, -0.5514], 0.9082),
    ] {
        assert!((difference(one, other) - expected).abs() < 1e-4, "{one:?} {other:?}");
    }
}

#[test]
fn accounts_of_one_bar_differ_for_every_reader_and_neighbours_more() {
    let colours: Vec<Colour> = ACCOUNTS.into_iter().chain([REST]).collect();
    // An account between two may be without time in a bar: those next but one can touch as well.
    assert_apart(&colours, |one, other| if other - one <= 2 { NEIGHBOURS_APART } else { APART });
    assert_visible(&colours, 2.0);
}

#[test]
fn parts_of_a_check_differ_like_neighbours() {
    let parts = [Account::DependencyLock, Account::Read, Account::Parse, Account::Build, Account::Mailbox];
    assert_apart(&parts.map(of_account), |one, other| if other - one == 1 { NEIGHBOURS_APART } else { APART });
}

#[test]
fn locks_curves_and_verdicts_differ_for_every_reader() {
    assert_apart(&LockKind::ALL.map(of_lock), |one, other| if other - one == 1 { NEIGHBOURS_APART } else { APART });
    assert_apart(&CURVES, |_, _| NEIGHBOURS_APART);
    assert_visible(&CURVES, 3.0);
    let verdicts = [SUPPORTED, REFUTED, UNDECIDED];
    assert_apart(&verdicts, |_, _| NEIGHBOURS_APART);
    assert_visible(&verdicts, 4.5);
    assert_visible(&[INK, MUTED], 4.5);
}

#[test]
fn letters_can_be_read_on_every_colour() {
    for colour in ACCOUNTS.into_iter().chain([REST]).chain(CURVES) {
        let letters = colour.letters_on();
        assert!(
            contrast(colour.light, letters.light).min(contrast(colour.dark, letters.dark)) >= 4.5,
            "{}",
            colour.name
        );
    }
}
