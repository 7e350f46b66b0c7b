//! A column of a table: one unit, which stands in its head, and as many decimals in each row.

use super::{NO_TIME_NS, NOTHING, Quantity, digits};
use crate::lab::Estimate;
use crate::units::{decimals, suitable_unit};

/// How the figures of a column are written.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(in crate::report) struct Column {
    unit: &'static str,
    /// What one of the unit is.
    size: f64,
    decimals: usize,
    quantity: Quantity,
}

impl Quantity {
    /// The column of these values: their unit suits the largest but for outliers, their decimals most of them.
    #[must_use]
    pub(in crate::report) fn column(self, values: impl IntoIterator<Item = f64>) -> Column {
        let mut sizes: Vec<f64> =
            values.into_iter().map(f64::abs).filter(|size| *size > 0.0 && size.is_finite()).collect();
        sizes.sort_by(f64::total_cmp);
        if sizes.is_empty() {
            return Column { unit: "", size: 1.0, decimals: 0, quantity: self };
        }
        let median = sizes.get(sizes.len() / 2).copied().unwrap_or(0.0);
        let most = sizes.last().copied().unwrap_or(0.0);
        // Of figures that are far apart, the smaller half still has to be told.
        let (unit, size) = suitable_unit(most.min(median * 100.0), self.units());
        let decimals = match self {
            Self::Number if sizes.iter().all(|size| size.fract().abs() < f64::EPSILON) => 0,
            _ => decimals(median / size).min(self.decimals(median / size, (unit, size)).max(1)),
        };
        Column { unit, size, decimals, quantity: self }
    }
}

impl Column {
    /// Its unit; none of numbers.
    #[must_use]
    pub(in crate::report) const fn unit(&self) -> &'static str {
        self.unit
    }

    /// A value without its unit; a dash for none.
    #[must_use]
    pub(in crate::report) fn show(&self, value: Option<f64>) -> String {
        let Some(value) = value.filter(|value| !value.is_nan()) else { return NOTHING.to_owned() };
        if self.quantity == Quantity::Time && value.abs() < NO_TIME_NS {
            return "0".to_owned();
        }
        let text = digits(value / self.size, self.decimals);
        let is_nothing = value.abs() > 0.0 && text.bytes().all(|letter| matches!(letter, b'0' | b'.'));
        if is_nothing { format!("< {}", smallest(self.decimals)) } else { text }
    }

    /// The part of a whole that may not have happened: a dash for none of it.
    #[must_use]
    pub(in crate::report) fn part(&self, value: f64) -> String {
        self.show(Some(value).filter(|value| value.abs() >= NO_TIME_NS))
    }

    /// The ends of an estimate's interval: `1.40 to 1.60`; none if it has none.
    #[must_use]
    pub(in crate::report) fn ends(&self, estimate: &Estimate) -> Option<String> {
        let show = |value: f64| digits(value / self.size, self.decimals);
        Some(format!("{} to {}", show(estimate.low?), show(estimate.high?)))
    }
}

/// The least that so many decimals can tell from nothing.
fn smallest(decimals: usize) -> String {
    match decimals {
        0 => "1".to_owned(),
        decimals => format!("0.{}1", "0".repeat(decimals - 1)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(quantity: Quantity, values: &[f64]) -> (&'static str, Vec<String>) {
        let column = quantity.column(values.iter().copied());
        (column.unit(), values.iter().map(|value| column.show(Some(*value))).collect())
    }

    #[test]
    fn a_column_has_one_unit_and_as_many_decimals_in_each_row() {
        let (unit, texts) = shown(Quantity::Time, &[1.5e6, 12.34e6, 340e3, 0.0]);
        assert_eq!((unit, texts), ("ms", ["1.50", "12.34", "0.34", "0"].map(str::to_owned).to_vec()));
        let (unit, texts) = shown(Quantity::Number, &[1200.0, 90.0]);
        assert_eq!((unit, texts), ("", ["1200", "90"].map(str::to_owned).to_vec()));
        let (unit, texts) = shown(Quantity::Bytes, &[972.0, 99_990.0, 10_000.0]);
        assert_eq!((unit, texts), ("KB", ["1.0", "100.0", "10.0"].map(str::to_owned).to_vec()));
    }

    #[test]
    fn what_a_column_cannot_tell_from_nothing_is_told_to_be_less() {
        let (unit, texts) = shown(Quantity::Time, &[5e6, 6e6, 7e6, 10.0]);
        assert_eq!((unit, texts[3].as_str()), ("ms", "< 0.01"));
    }
}
