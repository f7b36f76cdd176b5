// Rows to fit on come from a train view or a job.
use midfuse_eval::job::JobSpec;
use midfuse_eval::view::FitRows;

pub fn program(job: &JobSpec) {
    let _: FitRows<'_> = FitRows { ids: job.predict.clone(), ..job.fit_rows() }; //~ ERROR E0451
    //~ TWIN let _: FitRows<'_> = job.fit_rows();
}
