//! Rows of any structure and options in range and out of it, from arbitrary bytes.

use arbitrary::{Result, Unstructured};
use midfuse_base::Seed;
use midfuse_base::{Targets, Task};
use midfuse_eval::rows::{Data, Rows, Span};
use midfuse_eval::split::Extent;
use midfuse_eval::structure::{Crossed, Grouped, GroupedTimed, Iid, Timed};

const MOST_ROWS: usize = 64;
const N_CLASSES: usize = 4;

/// Rows with everything that may be declared of them, and options of splitters.
#[derive(Debug)]
pub(super) struct Case {
    /// Class of each row; all 0 where the classes are of no interest.
    pub(super) classes: Vec<usize>,
    pub(super) groups: Vec<usize>,
    pub(super) others: Vec<usize>,
    pub(super) spans: Vec<Span>,
    pub(super) labels: Vec<Vec<usize>>,
    /// Another order in which the same rows may come.
    pub(super) order: Vec<usize>,
    pub(super) seed: Seed,
    pub(super) k: usize,
    pub(super) p: usize,
    pub(super) fraction: f64,
    pub(super) embargo: i64,
    pub(super) extents: [Extent; 3],
}

impl Case {
    pub(super) fn arbitrary(u: &mut Unstructured<'_>) -> Result<Self> {
        let seed = Seed(u64::from(u.arbitrary::<u16>()?));
        let (k, p) = (count(u)?, count(u)?);
        let fraction = match u.arbitrary::<u8>()? {
            0 => f64::NAN,
            1 => u.arbitrary()?,
            share => f64::from(share) / 255.0,
        };
        let embargo = match u.arbitrary::<i8>()? {
            i8::MIN => u.arbitrary()?,
            short => i64::from(short),
        };
        let extents = [extent(u)?, extent(u)?, extent(u)?];
        let mut case = Self {
            classes: Vec::new(),
            groups: Vec::new(),
            others: Vec::new(),
            spans: Vec::new(),
            labels: Vec::new(),
            order: Vec::new(),
            seed,
            k,
            p,
            fraction,
            embargo,
            extents,
        };
        let mut keys: Vec<u8> = Vec::new();
        // At least one row: rows without a row cannot be declared.
        while case.classes.is_empty() || (case.classes.len() < MOST_ROWS && !u.is_empty()) {
            case.classes
                .push(usize::from(u.arbitrary::<u8>()?) % N_CLASSES);
            case.groups.push(usize::from(u.arbitrary::<u8>()?) % 12);
            case.others.push(usize::from(u.arbitrary::<u8>()?) % 8);
            case.spans.push(span(u)?);
            let labels = u.arbitrary::<u8>()?;
            case.labels
                .push((0..6).filter(|bit| labels >> bit & 1 == 1).collect());
            keys.push(u.arbitrary()?);
        }
        case.order = (0..case.classes.len()).collect();
        case.order
            .sort_by_key(|&row| (keys[row], std::cmp::Reverse(row)));
        Ok(case)
    }

    pub(super) fn len(&self) -> usize {
        self.classes.len()
    }

    pub(super) fn natural(&self) -> Vec<usize> {
        (0..self.len()).collect()
    }

    fn rows(&self, order: &[usize]) -> Rows {
        let ids = order.iter().map(|row| format!("row-{row}")).collect();
        let classes = (0..N_CLASSES)
            .map(|class| format!("class-{class}"))
            .collect();
        let targets = Targets::Class(pick(&self.classes, order));
        Rows::new(ids, Task::Classification { classes }, targets).expect("these rows are sound")
    }

    fn in_groups(&self, order: &[usize]) -> Rows {
        let groups = names(&pick(&self.groups, order));
        self.rows(order)
            .with_groups("patient", &groups)
            .expect("one group per row")
    }

    pub(super) fn iid(&self, order: &[usize]) -> Data<Iid> {
        Data::iid(self.rows(order)).expect("no groups, no spans")
    }

    /// The same rows with labels in place of classes.
    pub(super) fn labelled(&self, order: &[usize]) -> Data<Iid> {
        let labels: Vec<Vec<String>> = order.iter().map(|&row| names(&self.labels[row])).collect();
        let ids = order.iter().map(|row| format!("row-{row}")).collect();
        let targets = Targets::Value(vec![0.5; self.len()]);
        let rows = Rows::new(ids, Task::Regression, targets).expect("these rows are sound");
        Data::iid(rows.with_labels(&labels).expect("a list per row")).expect("no groups, no spans")
    }

    pub(super) fn grouped(&self, order: &[usize]) -> Data<Grouped> {
        Data::grouped(self.in_groups(order)).expect("one axis")
    }

    pub(super) fn timed(&self, order: &[usize]) -> Data<Timed> {
        let rows = self.rows(order).with_spans(&pick(&self.spans, order));
        Data::timed(rows.expect("no span is negative")).expect("spans, no groups")
    }

    pub(super) fn grouped_timed(&self, order: &[usize]) -> Data<GroupedTimed> {
        let rows = self.in_groups(order).with_spans(&pick(&self.spans, order));
        Data::grouped_timed(rows.expect("no span is negative")).expect("spans and one axis")
    }

    pub(super) fn crossed(&self, order: &[usize]) -> Data<Crossed> {
        let others = names(&pick(&self.others, order));
        let rows = self.in_groups(order).with_groups("site", &others);
        Data::crossed(rows.expect("one group per row")).expect("two axes")
    }
}

/// A number of folds: mostly few, now and then what no data set allows.
fn count(u: &mut Unstructured<'_>) -> Result<usize> {
    Ok(match u.arbitrary::<u8>()? {
        255 => usize::MAX,
        254 => 10_001,
        few => usize::from(few) % 14,
    })
}

fn extent(u: &mut Unstructured<'_>) -> Result<Extent> {
    Ok(match u.arbitrary::<u8>()? {
        255 => Extent::Rows(u.arbitrary()?),
        254 => Extent::Time(u.arbitrary()?),
        even if even.is_multiple_of(2) => Extent::Rows(usize::from(even) / 8),
        odd => Extent::Time(i64::from(odd) - 4),
    })
}

fn span(u: &mut Unstructured<'_>) -> Result<Span> {
    let (start, length) = match u.arbitrary::<u8>()? {
        255 => (u.arbitrary()?, i64::from(u.arbitrary::<u32>()?)),
        start => (i64::from(start), i64::from(u.arbitrary::<u8>()?) % 24),
    };
    Ok(Span::new(start, start.saturating_add(length)))
}

fn pick<T: Clone>(values: &[T], order: &[usize]) -> Vec<T> {
    order.iter().map(|&row| values[row].clone()).collect()
}

fn names(codes: &[usize]) -> Vec<String> {
    codes.iter().map(|code| format!("g{code}")).collect()
}
