// A splitter asks rows only for what their structure has.
use midfuse_eval::rows::RowSet;
use midfuse_eval::structure::{Iid, Timed};

pub fn program(without: &RowSet<'_, Iid>, with: &RowSet<'_, Timed>) {
    let _ = (without, with);
    let _ = without.spans(); //~ ERROR E0599
    //~ TWIN let _ = with.spans();
}
