//! Takes times of both engines; returns medians, their ratio and a table. Measures nothing.

use std::fmt::Write;

/// One line of the table.
pub struct Row {
    name: String,
    unit: &'static str,
    ours: f64,
    theirs: f64,
    ratio: f64,
    limit: f64,
}

impl Row {
    /// Summarises times in seconds, ours and theirs in measuring order. Each pair was measured back
    /// to back, so a busy machine affects the median of the pairs' ratios less than the ratio of
    /// the medians.
    pub fn new(
        name: &str,
        unit: &'static str,
        units_per_second: f64,
        times: [Vec<f64>; 2],
        limit: f64,
    ) -> Row {
        let [ours, theirs] = times;
        let ratio = median(ours.iter().zip(&theirs).map(|(a, b)| a / b).collect());
        let (ours, theirs) = (median(ours), median(theirs));
        let scale = |seconds: f64| seconds * units_per_second;
        Row { name: name.into(), unit, ours: scale(ours), theirs: scale(theirs), ratio, limit }
    }

    /// Whether the ratio is within its limit.
    pub fn holds(&self) -> bool {
        self.ratio <= self.limit
    }
}

impl std::fmt::Display for Row {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Row { name, unit, ours, theirs, ratio, limit } = self;
        write!(f, "{name:34} {ours:10.2} {theirs:10.2} {unit:2} {ratio:6.2}  {limit:.2}")?;
        f.write_str(if self.holds() { "" } else { "  above its limit" })
    }
}

/// Reports a finished row, because a whole run takes minutes.
pub fn progress(row: Option<&Row>) {
    if let Some(row) = row {
        eprintln!("{row}");
    }
}

/// The whole table.
pub fn render(rows: &[Row]) -> String {
    let mut text =
        format!("{:34} {:>10} {:>10}    {:>6} {:>5}\n", "", "wassay", "wasmtime", "ratio", "limit");
    for row in rows {
        let _ = writeln!(text, "{row}");
    }
    let slow = rows.iter().filter(|row| !row.holds()).count();
    let _ = writeln!(text, "{} of {} within their limit", rows.len() - slow, rows.len());
    text
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    match values.len() {
        0 => f64::NAN,
        len if len % 2 == 1 => values[middle],
        _ => f64::midpoint(values[middle - 1], values[middle]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ratio_is_the_median_of_the_pairs() {
        // The machine was three times slower for the last pair.
        let times = [vec![1.0, 2.0, 3.0], vec![2.0, 4.0, 6.0]];
        assert_eq!(Row::new("", "s", 1.0, times, 0.5).ratio, 0.5);
    }

    #[test]
    fn a_row_without_times_exceeds_every_limit() {
        assert!(!Row::new("", "s", 1.0, [vec![], vec![]], 2.0).holds());
    }
}
