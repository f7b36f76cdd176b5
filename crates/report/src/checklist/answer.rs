//! The checklist of one study.

use serde::{Deserialize, Serialize};

use super::{Facts, Fill, Item, Module, items};

/// The checklist of one study: `checklist.json`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Checklist {
    /// Name of the study.
    pub study: String,
    /// SHA-256 of its file.
    pub file_sha256: String,
    /// Whether the sealed rows have been opened.
    pub concluded: bool,
    /// One entry per row of the checklist.
    pub items: Vec<Answer>,
}

/// A row of the checklist with its answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Answer {
    /// Name of the row.
    pub id: String,
    /// Its module.
    pub module: Module,
    /// Items of REFORMS that it stands for, `3d`.
    pub reforms: Vec<String>,
    /// Items of TRIPOD+AI that it stands for, `8a`.
    pub tripod: Vec<String>,
    /// What is asked.
    pub question: String,
    /// Who answers.
    pub status: Status,
    /// What the study knows; `None` where a person must answer.
    pub answer: Option<String>,
    /// What a person has to write; `None` where the study answered.
    pub person: Option<String>,
}

/// Who answers a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// The study, in full.
    Study,
    /// The study knows a part, and a person must complete it.
    Partly,
    /// A person must answer.
    Person,
}

impl Status {
    /// In words: `A person must answer`.
    pub fn words(self) -> &'static str {
        match self {
            Self::Study => "Answered by the study",
            Self::Partly => "A person must complete",
            Self::Person => "A person must answer",
        }
    }
}

impl Checklist {
    /// Rows with this status.
    pub fn count(&self, status: Status) -> usize {
        self.items
            .iter()
            .filter(|item| item.status == status)
            .count()
    }
}

/// The checklist of a study, filled in from its facts.
pub fn fill(facts: &Facts<'_>) -> Checklist {
    Checklist {
        study: facts.results.study.name.clone(),
        file_sha256: facts.results.study.file_sha256.clone(),
        concluded: facts.conclusion.is_some(),
        items: items().map(|item| answer(item, facts)).collect(),
    }
}

fn answer(item: &Item, facts: &Facts<'_>) -> Answer {
    let (known, status) = match item.fill {
        Fill::Person => (None, Status::Person),
        Fill::Partly(of) => (of(facts), Status::Partly),
        Fill::Study(of) => (of(facts), Status::Study),
    };
    // What the study does not know in this case is for a person.
    let status = if known.is_none() {
        Status::Person
    } else {
        status
    };
    let texts = |list: &[&str]| list.iter().map(|&text| text.to_owned()).collect();
    Answer {
        id: item.id.to_owned(),
        module: item.module,
        reforms: texts(item.reforms),
        tripod: texts(item.tripod),
        question: item.question.to_owned(),
        status,
        answer: known,
        person: (status != Status::Study).then(|| item.hint.to_owned()),
    }
}
