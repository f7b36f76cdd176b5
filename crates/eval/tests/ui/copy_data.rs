// Data have no copy that could be developed on beside the sealed rows.
use midfuse_eval::rows::Data;
use midfuse_eval::structure::Iid;

pub fn program(data: Data<Iid>) -> Data<Iid> {
    data.clone() //~ ERROR E0599
    //~ TWIN data
}
