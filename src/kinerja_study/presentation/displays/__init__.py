"""Tables and figures that the notebooks show, a module a stage; each restates what a stage has written."""
