mod control;
mod nearest;
mod planted;
mod selection;
