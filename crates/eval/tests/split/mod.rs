mod cases;
mod crossed;
mod grouped;
mod iid;
mod timed;
