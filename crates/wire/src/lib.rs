//! What a coordinator and a worker say to each other, and the store of content that both see.
//!
//! A worker is any program that is started as `PROGRAM ... --store DIR`, reads one request per line
//! from its standard input, writes one reply per line to its standard output, and ends when its input
//! closes. Lines are JSON objects. What is written to its standard error, and lines of its output
//! that are not a reply, are kept for messages. No line names a local path: data and files go by the
//! hash of their content, and the [store] in `DIR` holds them. So a worker may run wherever it sees
//! that folder, under whatever name.
//!
//! # A conversation
//! `>` is a request and `<` its reply. A unit test reads these very lines.
//!
//! First the two shake hands; either refuses another version.
//!
//! ```text
//! > {"request":"hello","protocol":6}
//! < {"reply":"hello","protocol":6,"version":"0.1.0","libtorch":"2.11.0"}
//! ```
//!
//! What a study file can name: encoders by kind of modality, strategies with what they need, heads,
//! tasks, options of the training, optimizers and schedules, each with its options.
//!
//! ```text
//! > {"request":"describe"}
//! < {"reply":"described","catalogue":{"encoders":[],"strategies":[],"heads":[],"tasks":[],"training":[],"optimizers":[],"schedules":[]}}
//! ```
//!
//! Then the worker opens a cohort. `data` names a tree: the folder `DIR/<data>/files`, after the hash
//! of `DIR/<data>/manifest.json` and of every file was found to be what its name says.
//!
//! ```text
//! > {"request":"open","data":"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"}
//! < {"reply":"opened","rows":1397}
//! ```
//!
//! A model section is checked without training, and comes back with every default filled in, and with
//! the [`Memory`] that the largest job of it takes, in bytes: a job on all rows of the cohort that
//! predicts so many at once. A worker that cannot tell leaves `memory` out, and nothing is refused.
//!
//! ```text
//! > {"request":"validate","task":{"kind":"regression"},"model":{"modalities":[{"name":"lab","encoder":{"name":"mlp"}}],"strategy":{"name":"single"},"training":{"epochs":9}},"predict_batch":256}
//! < {"reply":"valid","n_parameters":33,"resolved":{"modalities":[{"name":"lab","encoder":{"name":"mlp","d_block":32}}],"strategy":{"name":"single"},"training":{"epochs":9}},"memory":{"available":16106127360,"process":209715200,"parameters":660,"data":44704,"reading":223520,"step":{"rows":32,"fixed":264,"of_row":528},"predict":{"rows":256,"fixed":0,"of_row":272},"smaller":[{"table":"/modalities/0/encoder","field":"max_len","place":"the config of modality `lab`","values":[64,16]}]}}
//! ```
//!
//! A job fits on the rows `fit` and predicts the rows `predict`, in their order: log-probabilities of
//! the classes, or one value. `stop` are positions in `fit` that decide when to stop and nothing
//! else. The same job gives the same outcome on every worker; its `data` is the opened cohort. With
//! `keep_model` the worker puts the files of the model into the store as a tree, and `files` names it.
//! With `"trace":true` the outcome has a `trace`: for the untrained model and after each epoch, the
//! number of `epochs` behind and the `scores` of the rows to predict. A worker without epochs leaves it
//! out, and the coordinator then chooses no length. With `"recalibration":{"method":"temperature",
//! "temperature":1.5}` the outputs of the model are divided by 1.5 before they become scores, there and
//! in the saved model; `midfuse_base::Recalibration` says what the other methods do.
//!
//! ```text
//! > {"request":"run","spec":{"task":{"kind":"regression"},"data":"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad","model":{},"seed":7,"fit":["r00000000","r00000002","r00000003"],"targets":{"kind":"value","values":[0.5,1.5,2.5]},"stop":[2],"predict":["r00000001"],"threads":1,"predict_batch":256,"device":"cpu","keep_model":true}}
//! < {"reply":"done","outcome":{"scores":[[1.25]],"epochs":[{"train_loss":0.75,"stop_loss":0.5}],"best_epoch":0,"stopped":"epoch-limit","n_parameters":33,"flops_per_row":64,"model_sha256":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},"cost":{"seconds":0.25,"peak_rss_bytes":104857600},"files":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}
//! ```
//!
//! What cannot be served is answered by its kind ([`FailureKind`]) and one line for people; the worker
//! goes on. What a library said beside it, such as the stack of its frames, is the `detail`; the
//! coordinator puts it into a file.
//!
//! ```text
//! < {"reply":"failed","kind":"missing","message":"/mnt/store: there is no content ba78...; let the worker see the store that the coordinator writes to"}
//! ```
#![deny(missing_docs)]

mod hash;
mod memory;
mod outcome;
mod protocol;
mod spec;
pub mod store;

pub use hash::{ContentHash, HashError};
pub use memory::{BatchMemory, Memory, Smaller};
pub use midfuse_base::{Epoch, Stopped};
pub use outcome::{Cost, Outcome, Traced};
pub use protocol::{FailureKind, PROTOCOL_VERSION, Reply, Request};
pub use spec::{JobId, JobSpec};
pub use store::{ContentStore, StoreError};

#[cfg(test)]
mod tests {
    use super::*;

    /// The lines of the documentation that begin like this.
    fn documented(mark: &str) -> Vec<&'static str> {
        let lines = include_str!("lib.rs").lines();
        let of_mark = lines.filter_map(|line| line.strip_prefix("//! ")?.strip_prefix(mark));
        of_mark.collect()
    }

    fn json(line: &str) -> serde_json::Value {
        serde_json::from_str(line).unwrap()
    }

    #[test]
    fn every_request_is_documented_and_read_as_it_is_written() {
        let mut seen = [false; 5];
        for line in documented("> ") {
            let request: Request = serde_json::from_str(line).unwrap();
            assert_eq!(serde_json::to_value(&request).unwrap(), json(line));
            let which = match &request {
                Request::Hello { protocol } => {
                    assert_eq!(*protocol, PROTOCOL_VERSION);
                    0
                }
                Request::Describe => 1,
                Request::Open { .. } => 2,
                Request::Validate { .. } => 3,
                Request::Run { .. } => 4,
            };
            seen[which] = true;
        }
        assert_eq!(seen, [true; 5]);
    }

    #[test]
    fn every_reply_is_documented_and_read_as_it_is_written() {
        let mut seen = [false; 6];
        for line in documented("< ") {
            let reply: Reply = serde_json::from_str(line).unwrap();
            assert_eq!(serde_json::to_value(&reply).unwrap(), json(line));
            let which = match &reply {
                Reply::Hello { protocol, .. } => {
                    assert_eq!(*protocol, PROTOCOL_VERSION);
                    0
                }
                Reply::Described { .. } => 1,
                Reply::Opened { .. } => 2,
                Reply::Valid { .. } => 3,
                Reply::Done { .. } => 4,
                Reply::Failed { .. } => 5,
            };
            seen[which] = true;
        }
        assert_eq!(seen, [true; 6]);
    }

    #[test]
    fn no_request_holds_a_path() {
        // A path would be read as a name: a request has no field that takes one.
        for line in [
            r#"{"request":"open","cohort":"some/folder"}"#,
            r#"{"request":"open","data":"some/folder"}"#,
        ] {
            assert!(serde_json::from_str::<Request>(line).is_err(), "{line}");
        }
    }
}
