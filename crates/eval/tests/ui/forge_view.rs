// A view cannot be forged.
use midfuse_eval::structure::Iid;
use midfuse_eval::view::{Train, View};

pub fn program<'id>(train: View<'id, Train, Iid>) -> View<'id, Train, Iid> {
    View { rows: vec![0], ..train } //~ ERROR E0451
    //~ TWIN train
}
