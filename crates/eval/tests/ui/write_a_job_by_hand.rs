// A job specification is made by `Job::new` only.
use midfuse_wire::JobSpec;

pub fn program(spec: JobSpec, predict: Vec<String>) -> JobSpec {
    let _ = &predict;
    JobSpec { fit: predict, ..spec } //~ ERROR E0639
    //~ TWIN spec
}
