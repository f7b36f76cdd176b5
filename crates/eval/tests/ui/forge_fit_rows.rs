// Rows to fit on come from a train view or a job.
use midfuse_eval::view::FitRows;
use midfuse_wire::JobSpec;

pub fn program(job: &JobSpec) {
    let _: FitRows<'_> = FitRows { ids: job.predict.clone(), ..FitRows::of(job) }; //~ ERROR E0451
    //~ TWIN let _: FitRows<'_> = FitRows::of(job);
}
