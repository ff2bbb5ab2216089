"""Many studies: the same run for each, in processes of this machine or on workers of a scheduler.

Sends a study as bytes and takes its outputs back as bytes; how a study is run is reproduction's, and nothing of the
core imports this package.
"""
