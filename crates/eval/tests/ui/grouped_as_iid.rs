// Data do not lose their structure on the way.
use midfuse_eval::fold::Dev;
use midfuse_eval::rows::Data;
use midfuse_eval::structure::{Grouped, Iid};

pub fn program(data: Data<Grouped>) {
    let develop_rows = |data: Data<Iid>| data.develop();
    let develop_groups = |data: Data<Grouped>| -> Dev<Grouped> { data.develop() };
    let _ = (&develop_rows, &develop_groups);
    let _ = develop_rows(data); //~ ERROR E0308
    //~ TWIN let _ = develop_groups(data);
}
