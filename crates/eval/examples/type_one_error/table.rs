//! Counts of rejections, and the table they make.

use std::fmt;

/// What a rate is held to.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Bound {
    /// At most this, up to three standard errors of the simulation.
    AtMost(f64),
    /// At least this, up to three standard errors of the simulation.
    AtLeast(f64),
    /// Shown only.
    Shown,
}

struct Line {
    name: String,
    bound: Bound,
    hits: usize,
    trials: usize,
}

/// Rates of one scenario.
pub(crate) struct Table {
    title: String,
    rate: &'static str,
    lines: Vec<Line>,
    /// Pairs of lines of which the first has to have the smaller rate.
    below: Vec<(String, String)>,
}

impl Table {
    /// A table without lines; `rate` heads the column of rates.
    pub(crate) fn new(title: impl Into<String>, rate: &'static str) -> Self {
        Self {
            title: title.into(),
            rate,
            lines: Vec::new(),
            below: Vec::new(),
        }
    }

    /// Counts one trial of the line `name`; lines appear in the order of their first trial.
    pub(crate) fn count(&mut self, name: &str, bound: Bound, hit: bool) {
        let at = self
            .lines
            .iter()
            .position(|line| line.name == name)
            .unwrap_or_else(|| {
                let name = name.to_owned();
                self.lines.push(Line {
                    name,
                    bound,
                    hits: 0,
                    trials: 0,
                });
                self.lines.len() - 1
            });
        let line = &mut self.lines[at];
        line.hits += usize::from(hit);
        line.trials += 1;
    }

    /// Holds the rate of one line below that of another.
    pub(crate) fn hold_below(&mut self, lower: &str, upper: &str) {
        self.below.push((lower.to_owned(), upper.to_owned()));
    }

    /// Lines that break their bound.
    pub(crate) fn broken(&self) -> Vec<String> {
        let bounds = self.lines.iter().filter(|line| !line.holds()).map(|line| {
            format!(
                "{}: {} {:.3}, {}",
                self.title,
                line.name,
                line.rate(),
                line.bound
            )
        });
        let rate = |name: &str| {
            self.lines
                .iter()
                .find(|line| line.name == name)
                .expect("a line of the table")
                .rate()
        };
        let orders = self
            .below
            .iter()
            .filter(|(low, high)| rate(low) > rate(high));
        bounds
            .chain(orders.map(|(low, high)| format!("{low} is above {high}")))
            .collect()
    }
}

impl Line {
    fn rate(&self) -> f64 {
        self.hits as f64 / self.trials as f64
    }

    fn holds(&self) -> bool {
        let slack = |p: f64| 3.0 * (p * (1.0 - p) / self.trials as f64).sqrt();
        match self.bound {
            Bound::AtMost(p) => self.rate() <= p + slack(p),
            Bound::AtLeast(p) => self.rate() >= p - slack(p),
            Bound::Shown => true,
        }
    }
}

impl fmt::Display for Bound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AtMost(p) => write!(f, "at most {p}"),
            Self::AtLeast(p) => write!(f, "at least {p}"),
            Self::Shown => f.write_str("shown"),
        }
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "### {}\n", self.title)?;
        writeln!(f, "| method | {} | held to | trials |", self.rate)?;
        writeln!(f, "| --- | --- | --- | --- |")?;
        for line in &self.lines {
            let (rate, bound) = (line.rate(), line.bound);
            writeln!(
                f,
                "| {} | {rate:.3} | {bound} | {} |",
                line.name, line.trials
            )?;
        }
        Ok(())
    }
}

/// True for a p below .05; a test that sees no variation does not reject.
pub(crate) fn rejects(p: Option<f64>) -> bool {
    p.is_some_and(|p| p < 0.05)
}
