//! A column of a table that is written: ids, targets, predictions.

/// Values of one column, one per row.
#[derive(Debug, Clone, PartialEq)]
pub enum Column {
    /// Names.
    Text(Vec<String>),
    /// Whole numbers.
    Integer(Vec<i32>),
    /// Numbers.
    Number(Vec<f64>),
    /// Yes or no.
    Flag(Vec<bool>),
}

impl Column {
    /// Number of rows.
    pub fn len(&self) -> usize {
        match self {
            Self::Text(values) => values.len(),
            Self::Integer(values) => values.len(),
            Self::Number(values) => values.len(),
            Self::Flag(values) => values.len(),
        }
    }

    /// True without rows.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// A cell as text: numbers in the shortest form that reads back as the same number, flags as 1
    /// and 0; empty past the end.
    pub fn cell(&self, row: usize) -> String {
        match self {
            Self::Text(values) => values.get(row).cloned().unwrap_or_default(),
            Self::Integer(values) => values.get(row).map(i32::to_string).unwrap_or_default(),
            Self::Number(values) => values.get(row).map(f64::to_string).unwrap_or_default(),
            Self::Flag(values) => values
                .get(row)
                .map(|&flag| u8::from(flag).to_string())
                .unwrap_or_default(),
        }
    }
}
