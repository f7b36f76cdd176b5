//! What a job takes of a machine's memory.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// What the largest job of a model section takes, in bytes, as a worker estimates it before it runs:
/// all rows of the opened cohort, and batches as they are asked for.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Memory {
    /// What the worker's machine can still give to all workers together, where it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub available: Option<u64>,
    /// The worker before it has done anything.
    pub process: u64,
    /// Parameters, their gradients, the state of the optimiser, and the weights that are kept.
    pub parameters: u64,
    /// The rows, as long as the job runs.
    pub data: u64,
    /// The rows while they are read, several copies of them.
    pub reading: u64,
    /// A training step beyond the parameters.
    pub step: BatchMemory,
    /// A batch of predictions beyond the parameters.
    pub predict: BatchMemory,
    /// Fields of the section that make it less.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub smaller: Vec<Smaller>,
}

/// What a batch takes, in bytes: so much, and so much more for each row.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BatchMemory {
    /// Rows of the batch.
    pub rows: u64,
    /// What it takes whatever its rows.
    pub fixed: u64,
    /// What each row adds.
    pub of_row: u64,
}

/// A field of a model section that makes a job smaller.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Smaller {
    /// JSON pointer to the table of the section that takes it: `/modalities/0/encoder`.
    pub table: String,
    /// Its name there.
    pub field: String,
    /// Where a study file has that table, in words: ``the config of modality `xray` ``.
    pub place: String,
    /// Values that make the job ever smaller.
    pub values: Vec<Value>,
}

impl Smaller {
    /// A model section with this value of the field.
    #[must_use]
    pub fn with(&self, mut model: Value, value: &Value) -> Value {
        if let Some(Value::Object(table)) = model.pointer_mut(&self.table) {
            table.insert(self.field.clone(), value.clone());
        }
        model
    }

    /// What a person has to write: `` `max_len = 64` in the config of modality `notes` ``.
    pub fn said(&self, value: &Value) -> String {
        format!("`{} = {value}` in {}", self.field, self.place)
    }
}

impl Memory {
    /// All of it at its highest.
    pub fn total(&self) -> u64 {
        let batch = self.step.bytes().max(self.predict.bytes());
        let running = self.parameters.saturating_add(batch);
        let running = running.saturating_add(self.data).max(self.reading);
        self.process.saturating_add(running)
    }
}

impl BatchMemory {
    /// What a batch of `rows` takes.
    pub fn bytes(&self) -> u64 {
        self.fixed
            .saturating_add(self.of_row.saturating_mul(self.rows))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_highest_counts() {
        let batch = |rows, of_row| BatchMemory {
            rows,
            fixed: 1,
            of_row,
        };
        let mut memory = Memory {
            process: 100,
            parameters: 20,
            data: 3,
            reading: 9,
            step: batch(2, 5),
            predict: batch(4, 1),
            ..Memory::default()
        };
        assert_eq!(memory.total(), 100 + 20 + 3 + 11);
        memory.predict.rows = 20;
        assert_eq!(memory.total(), 100 + 20 + 3 + 21);
        memory.reading = 1000;
        assert_eq!(memory.total(), 1100);
        memory.step.of_row = u64::MAX;
        assert_eq!(memory.total(), u64::MAX);
    }
}
