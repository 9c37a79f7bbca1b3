// A layer of headers only still needs one object for its archive.
